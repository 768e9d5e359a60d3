/* Comfort only: every page works without this file. */
(function () {
  "use strict";
  var root = document.documentElement;

  function kept(name) { try { return window.localStorage.getItem("shian." + name); } catch (e) { return null; } }
  function keep(name, value) { try { window.localStorage.setItem("shian." + name, value); } catch (e) { /* private mode: not remembered */ } }
  function each(selector, act, within) { Array.prototype.forEach.call((within || document).querySelectorAll(selector), act); }

  /* On a telephone the menu would lie before the matter of every page: there it begins folded, and is not remembered. */
  var narrow = window.matchMedia("(max-width: 600px)").matches;
  /* On a narrow screen, an office's at 125 % too, 查询条件 of a list would fill the first screen: they begin folded and say what is asked. */
  var small = window.matchMedia("(max-width: 1100px)").matches;
  if (narrow || kept("menu") === "closed") { root.classList.add("menu-collapsed"); } /* before the first paint, or the menu flickers */

  function menu() {
    each("[data-menu-toggle]", function (button) {
      button.hidden = false;
      function tell() { button.setAttribute("aria-expanded", String(!root.classList.contains("menu-collapsed"))); }
      button.addEventListener("click", function () {
        var closed = root.classList.toggle("menu-collapsed");
        if (!narrow) { keep("menu", closed ? "closed" : "open"); }
        tell();
      });
      tell();
    });
    var here = document.querySelector(".site-menu a.active"), bar = document.getElementById("menu");
    window.setTimeout(function () { /* once the sections have their height */
      if (here && here.offsetTop > bar.clientHeight - 60) { bar.scrollTop = here.offsetTop - bar.clientHeight / 2; }
    }, 0);
    each("[data-menu-section], [data-keep-open]", function (part) {
      var name = "open." + (part.dataset.menuSection || part.dataset.keepOpen + location.pathname);
      var was = kept(name);
      if (was !== null && !part.hasAttribute("data-active")) { part.open = was === "yes"; }
      else if (small && part.hasAttribute("data-of-list") && !part.querySelector(".is-invalid")) { part.open = false; }
      part.querySelector("summary").addEventListener("click", function () { keep(name, part.open ? "no" : "yes"); });
    });
  }

  function popups() {
    document.addEventListener("click", function (event) {
      each("details[data-popup][open]", function (popup) { if (!popup.contains(event.target)) { popup.open = false; } });
    });
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") { return; }
      each("details[data-popup][open]", function (popup) { popup.open = false; popup.querySelector("summary").focus(); });
    });
  }

  function megabytes(size) { return size < 104858 ? Math.max(1, Math.round(size / 1024)) + " KB" : (size / 1048576).toFixed(1) + " MB"; }

  /* While files travel the page says so; a file that would be refused is not sent at all. */
  function uploading(form) {
    var most = Number(document.body.dataset.uploadMost || 0), total = 0, count = 0, refused = "";
    each("input[type=file]", function (field) {
      Array.prototype.forEach.call(field.files || [], function (file) {
        total += file.size; count += 1;
        if (most && file.size > most && !refused) { refused = "文件“" + file.name + "”为 " + megabytes(file.size) + "，超过 " + megabytes(most) + " 的上限，请压缩或拆分后再上传。"; }
      });
    }, form);
    var said = form.querySelector("[data-uploading]");
    if (!count && !said) { return true; }
    if (!said) {
      said = document.createElement("p");
      said.setAttribute("role", "status");
      said.dataset.uploading = "";
      form.appendChild(said);
    }
    said.className = refused ? "field-error" : "uploading";
    said.textContent = refused;
    if (refused || !count) { said.hidden = !refused; return !refused; }
    said.hidden = false;
    var bar = document.createElement("progress"), text = document.createElement("span"), began = Date.now();
    said.append(bar, text);
    function tell() {
      text.textContent = " 正在上传 " + count + " 个文件，共 " + megabytes(total) + "，已用 " + Math.round((Date.now() - began) / 1000) + " 秒。请不要关闭或刷新本页。";
    }
    tell();
    window.clearInterval(Number(said.dataset.uploading));
    said.dataset.uploading = String(window.setInterval(tell, 1000));
    return true;
  }

  /* A second click on 提交 must not send a second form; coming back with the 后退 key must find the button alive. */
  function submissions() {
    document.addEventListener("submit", function (event) {
      var form = event.target, button = event.submitter;
      var question = (button && button.dataset.confirm) || form.dataset.confirm;
      if (question && !window.confirm(question)) { event.preventDefault(); return; }
      if ((form.getAttribute("method") || "").toLowerCase() !== "post") { return; }
      if (form.dataset.sent) { event.preventDefault(); return; }
      if (!uploading(form)) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
      window.setTimeout(function () { /* after the browser has read the button's own name and value */
        each("button[type=submit]", function (one) { one.disabled = true; }, form);
      }, 0);
    });
    window.addEventListener("pageshow", function () {
      each("form[data-sent]", function (form) {
        delete form.dataset.sent;
        each("[data-uploading]", function (said) { window.clearInterval(Number(said.dataset.uploading)); said.hidden = true; }, form);
        each("button[type=submit]", function (one) { one.disabled = false; }, form);
      });
    });
  }

  function selection() {
    function boxes() { return Array.prototype.slice.call(document.querySelectorAll("input[data-check]:not(:disabled)")); }
    function count() {
      var all = boxes(), chosen = all.filter(function (box) { return box.checked; });
      all.forEach(function (box) { var row = box.closest("tr"); if (row) { row.classList.toggle("selected", box.checked); } });
      each("[data-selected-count]", function (text) { text.hidden = !all.length; text.querySelector("b").textContent = chosen.length; });
      each("[data-needs-selection]", function (button) { button.disabled = !chosen.length; });
      each("[data-check-all]", function (master) {
        master.checked = all.length > 0 && chosen.length === all.length;
        master.indeterminate = chosen.length > 0 && chosen.length < all.length;
      });
    }
    each("[data-check-all]", function (master) {
      master.hidden = false;
      master.addEventListener("change", function () {
        boxes().forEach(function (box) { box.checked = master.checked; });
        count();
      });
    });
    document.addEventListener("change", function (event) { if (event.target.matches("input[data-check]")) { count(); } });
    window.addEventListener("pageshow", count); /* the browser restores ticks after this script has run */
    count();
  }

  function insert(text, words) { /* at the cursor; what was typed stays */
    var from = text.selectionStart, to = text.selectionEnd;
    text.value = text.value.slice(0, from) + words + text.value.slice(to);
    text.selectionStart = text.selectionEnd = from + words.length;
    text.focus();
  }

  function fields() {
    document.addEventListener("change", function (event) {
      if (event.target.matches("select[data-autosubmit]")) { event.target.form.submit(); }
      if (event.target.matches("select[data-phrase-into]")) {
        insert(document.getElementById(event.target.dataset.phraseInto), event.target.value);
        event.target.value = ""; /* what was put in is the opinion now, and is sent once */
      }
    });
    document.addEventListener("click", function (event) {
      var phrase = event.target.closest("[data-phrase-for]");
      if (!phrase) { return; }
      var text = document.getElementById(phrase.dataset.phraseFor);
      insert(text, phrase.textContent);
    });
    var summary = document.getElementById("error-summary");
    if (summary) { summary.focus(); }
  }

  /* 首页: the counts as they are now, every minute while the page is looked at. */
  function counts() {
    var place = document.querySelector("[data-counts]"), last = Date.now();
    if (!place || !window.fetch) { return; }
    function ask() {
      if (document.hidden || Date.now() - last < 55000) { return; }
      last = Date.now();
      window.fetch(place.dataset.counts, { credentials: "same-origin", redirect: "error" })
        .then(function (answer) { return answer.ok ? answer.json() : null; })
        .then(function (told) {
          if (!told) { return; }
          if (!place.contains(document.activeElement)) { place.innerHTML = told.cards; } /* not under the fingers of a keyboard user */
          each("[data-unread]", function (badge) { badge.textContent = told.unread; badge.hidden = !told.unread; });
        }).catch(function () { /* no network or signed out: the next minute tries again, session.js tells */ });
    }
    window.setInterval(ask, 60000);
    document.addEventListener("visibilitychange", ask);
  }

  /* A closed list box jumps to what the typed initials of its pinyin say; the browser itself knows only the written words. */
  function initials() {
    var FIRST = "阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥扨它穵夕丫帀", LETTERS = "abcdefghjklmnopqrstwxyz", typed = "", at = 0, order;
    try { order = new Intl.Collator("zh-CN-u-co-pinyin").compare; } catch (e) { return; }
    function letter(sign) {
      if (!/[\u4e00-\u9fff]/.test(sign)) { return sign.toLowerCase(); }
      for (var n = FIRST.length - 1; n >= 0; n -= 1) { if (order(sign, FIRST.charAt(n)) >= 0) { return LETTERS.charAt(n); } }
      return "";
    }
    function spelt(text) { return text.trim().replace(/[\s（）()“”"、，·—-]/g, "").split("").map(letter).join(""); }
    document.addEventListener("keydown", function (event) {
      var box = event.target;
      if (!box.matches || !box.matches("select:not([multiple])") || event.ctrlKey || event.altKey || event.metaKey) { return; }
      if (!/^[a-z0-9]$/i.test(event.key) || event.isComposing) { return; }
      typed = event.timeStamp - at < 1200 ? typed + event.key.toLowerCase() : event.key.toLowerCase();
      at = event.timeStamp;
      var options = Array.prototype.slice.call(box.options), start = box.selectedIndex, found = null;
      for (var n = typed.length > 1 ? 0 : 1; n <= options.length && !found; n += 1) {
        var option = options[(start + n) % options.length];
        if (!option.disabled && option.value && spelt(option.text).indexOf(typed) === 0) { found = option; }
      }
      if (!found) { return; } /* the browser's own search by the written words goes on */
      event.preventDefault();
      if (!found.selected) {
        found.selected = true;
        box.dispatchEvent(new Event("input", { bubbles: true }));
        if (!box.hasAttribute("data-autosubmit")) { box.dispatchEvent(new Event("change", { bubbles: true })); }
      }
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    [menu, popups, submissions, selection, fields, counts, initials].forEach(function (part) { part(); });
    each("[data-print]", function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
    root.classList.add("scripted");
  });
}());
