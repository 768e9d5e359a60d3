/* The sampling sheet by keyboard: fields shown by link, lists by pinyin initials, enterprises and products from the register,
   drafts every 30 seconds. Comfort only: without this file the same page works with its buttons. */
(function () {
  "use strict";
  var form, data, popup, owner, active = -1, offers = [], asked = 0;
  var EVERY = 30000, MOST = 12;

  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }
  function named(name) { return form.elements.namedItem(name); }
  function value(name) { var field = named(name); return field ? field.value : ""; }
  function seen(element) { return element.offsetParent !== null && !element.closest("details:not([open])") && !element.disabled; }

  /* ---- which fields this sheet has, and which of them must be filled */
  function arrange() {
    var link = value("link"), online = link === "网络" || value("place") === "网购" || value("place") === "网络";
    var special = value("special_sampling") !== "", normal = value("outcome") === "registered" || !named("outcome");
    all("[data-field]", form).forEach(function (cell) {
      var only = cell.dataset.only ? cell.dataset.only.split(" ") : null;
      var has = !only || (only[0] === "网络" ? online : !link || only.indexOf(link) >= 0);
      if ("outcome" in cell.dataset) { has = !normal; }
      cell.hidden = !has;
      var star = cell.querySelector(".required");
      if (star && cell.dataset.need !== "FREE" && cell.dataset.need !== "OFF") {
        var blank = cell.dataset.blank && cell.dataset.blank.split(" ").indexOf(value("sample_type")) >= 0;
        star.hidden = Boolean(blank) || (special && "special" in cell.dataset) || !normal;
      } else if (star && only && has) { star.hidden = false; }
    });
    all('[data-part="online"]', form).forEach(function (part) { part.hidden = !online; });
    all("[data-special-note]", form).forEach(function (note) { note.hidden = !special; });
  }

  /* ---- lists: typed words, pinyin initials, one level of a category after the other */
  function options(field) {
    if (!field.optionList) {
      var list = document.getElementById(field.dataset.list);
      field.optionList = list ? all("option", list).map(function (one) {
        return { text: one.value, py: one.dataset.py || "", link: one.dataset.link || "", recent: "recent" in one.dataset };
      }) : [];
    }
    return field.optionList;
  }

  function wanted(field, typed) {
    var every = options(field), link = value("link"), text = typed.trim().toLowerCase();
    if (field.name === "place" && link) { every = every.filter(function (one) { return one.link === link; }); }
    if (field.name === "category") { return levels(every, text); }
    if (!text) { return every.slice(0, field.name.indexOf("region") >= 0 ? MOST : 40); }
    return every.filter(function (one) {
      return one.text.toLowerCase().indexOf(text) >= 0 || one.py.split(" ").some(function (py) { return py.indexOf(text) === 0; }) ||
        (text.length > 2 && one.py.indexOf(text) >= 0);
    }).sort(function (a, b) { return whole(b, text) - whole(a, text); }).slice(0, MOST);
  }

  function whole(one, text) { return one.py.split(" ").indexOf(text) >= 0 ? 1 : 0; } /* cs is 超市 before 菜市场 */
  function depth(path) { return path.split("/").length; }

  function levels(every, text) {
    if (!text) { return every.filter(function (one) { return one.recent; }).concat(every.filter(function (one) { return !one.recent && depth(one.text) === 1; })); }
    if (text.slice(-1) === "/") {
      return every.filter(function (one) { return one.text.indexOf(text) === 0 && depth(one.text) === depth(text); });
    }
    var found = every.filter(function (one) {
      var last = one.text.split("/").pop().toLowerCase();
      return last.indexOf(text) >= 0 || one.py.split(" ").some(function (py) { return py.indexOf(text) === 0; });
    });
    found.sort(function (a, b) { return (b.recent ? 1 : 0) - (a.recent ? 1 : 0) || depth(b.text) - depth(a.text) || a.text.length - b.text.length; });
    return found.slice(0, MOST);
  }

  function close() {
    if (popup) { popup.remove(); }
    if (owner) { owner.setAttribute("aria-expanded", "false"); owner.removeAttribute("aria-activedescendant"); }
    popup = null; owner = null; active = -1; offers = [];
  }

  function show(field, found, lit) {
    close();
    if (!found.length || document.activeElement !== field) { return; }
    owner = field; offers = found;
    popup = document.createElement("ul");
    popup.className = "pick-list";
    popup.id = field.id + "-list";
    popup.setAttribute("role", "listbox");
    popup.tabIndex = -1;  // a list that scrolls would take Tab, and the field after it would wait for a second one
    found.forEach(function (one, place) {
      var item = document.createElement("li");
      item.setAttribute("role", "option");
      item.id = popup.id + "-" + place;
      item.textContent = one.text;
      if (one.note) { var note = document.createElement("small"); note.textContent = one.note; item.appendChild(note); }
      item.addEventListener("mousedown", function (event) { event.preventDefault(); light(place); take(); });
      popup.appendChild(item);
    });
    field.parentNode.appendChild(popup);
    popup.classList.toggle("above", popup.getBoundingClientRect().bottom > window.innerHeight - 60 && field.getBoundingClientRect().top > 300);
    field.setAttribute("aria-expanded", "true");
    light(lit ? 0 : -1);
  }

  function light(place) {
    active = place;
    all("li", popup).forEach(function (item, at) { item.classList.toggle("lit", at === place); item.setAttribute("aria-selected", String(at === place)); });
    if (place >= 0) {
      popup.children[place].scrollIntoView({ block: "nearest" });
      owner.setAttribute("aria-activedescendant", popup.children[place].id);
    }
  }

  function take() {
    var field = owner, one = offers[active];
    if (!field || !one) { return false; }
    field.value = one.text;
    if (one.fields) {
      Object.keys(one.fields).forEach(function (name) {
        var other = named(name);
        if (other && (one.fields[name] || name !== field.name)) { other.value = one.fields[name]; }
      });
    }
    close();
    field.dispatchEvent(new Event("change", { bubbles: true }));
    if (field.name === "category") {
      var children = levels(options(field), field.value.toLowerCase() + "/");
      if (children.length) { show(field, children, false); return true; }
    }
    return false;
  }

  function suggest(field) {
    if (field.dataset.list) {
      var text = field.value.trim(), exact = options(field).some(function (one) { return one.text === text; });
      show(field, exact ? [] : wanted(field, field.value), /^[\x21-\x7e]+$/.test(text));
      return;
    }
    if (field.name === "product_name") { products(field); return; }
    enterprises(field);
  }

  function ask(address, field, lit) {
    var turn = asked += 1;
    window.fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } }).then(function (answer) {
      return answer.ok && !answer.redirected ? answer.json() : [];
    }).then(function (found) {
      if (turn === asked && document.activeElement === field) { show(field, found, lit); }
    }).catch(function () { /* no list: what is typed stands */ });
  }

  function enterprises(field) {
    var text = field.value.trim(), part = field.name === "producer_name" ? "producer" : "sampled";
    if (text.length < 2) { close(); return; }
    window.clearTimeout(field.waiting);
    field.waiting = window.setTimeout(function () {
      ask(form.dataset.enterprises + "?part=" + part + "&q=" + encodeURIComponent(text), field, /^[\x21-\x7e]+$/.test(text));
    }, 150);
  }

  function products(field) {
    if (field.value.trim()) { close(); return; }
    var id = value("sampled_enterprise_id"), name = value("sampled_name");
    if (id || name) { ask(form.dataset.products + "?enterprise=" + encodeURIComponent(id) + "&name=" + encodeURIComponent(name), field, false); }
  }

  function picks(field) {
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.addEventListener("input", function () { suggest(field); });
    field.addEventListener("focus", function () { if (!field.value || field.name === "category") { suggest(field); } });
    field.addEventListener("blur", close);
  }

  /* ---- keys */
  function forward(field, by) {
    var fields = all("input:not([type=hidden]), select, textarea, button[name=step]", form).filter(function (one) { return seen(one) && one.tabIndex >= 0; });
    var next = fields[fields.indexOf(field) + by];
    if (next) { next.focus(); if (next.select && next.type !== "checkbox" && next.type !== "radio") { next.select(); } }
  }

  function keys(event) {
    var field = event.target;
    if (event.isComposing) { return; }
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      close();
      form.requestSubmit(document.getElementById("register") || form.querySelector("button[type=submit]"));
      return;
    }
    if (popup && owner === field && arrows(event)) { return; }
    if (event.key === "Enter" && /^(INPUT|SELECT)$/.test(field.tagName)) {
      event.preventDefault();
      if (popup && owner === field && active >= 0 && take()) { return; }
      close();
      forward(field, event.shiftKey ? -1 : 1);
    }
  }

  function arrows(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      var step = event.key === "ArrowDown" ? 1 : -1;
      light((active + step + offers.length) % offers.length);
    } else if (event.key === "Escape") { close(); } else { return false; }
    event.preventDefault();
    return true;
  }

  /* ---- drafts */
  var dirty = false, sending = false, stopped = false, leaving = false;

  function tell(text, bad) {
    var state = document.getElementById("draft-state");
    if (state) { state.textContent = text; state.classList.toggle("draft-bad", Boolean(bad)); }
  }

  function contents() { data = new FormData(form); data.delete("step"); return data; }

  function save() {
    if (!dirty || sending || stopped || leaving) { return; }
    dirty = false; sending = true;
    window.fetch(form.dataset.save, { method: "POST", body: contents(), credentials: "same-origin" }).then(function (answer) {
      sending = false;
      if (answer.redirected || (answer.headers.get("Content-Type") || "").indexOf("json") < 0) {
        dirty = true;
        tell("登录已超时，草稿未保存：请在新标签页登录后回到这里继续", true);
        return null;
      }
      return answer.json().then(function (said) {
        if (answer.ok) { named("revision").value = said.revision; tell("草稿已自动保存 " + said.saved); return; }
        if (answer.status === 409) { stopped = true; }
        tell(said.message, true);
      });
    }).catch(function () { sending = false; dirty = true; tell("网络不通，草稿暂未保存，恢复后自动重试", true); });
  }

  function leave() {
    if (!dirty || stopped || leaving || !navigator.sendBeacon) { return; }
    if (navigator.sendBeacon(form.dataset.save, contents())) { dirty = false; }
  }

  function autosave() {
    if (!form.dataset.save) { return; }
    form.addEventListener("input", function () { dirty = true; });
    form.addEventListener("change", function () { dirty = true; });
    form.addEventListener("submit", function () { leaving = true; });
    window.addEventListener("pageshow", function () { leaving = false; });
    window.setInterval(save, EVERY);
    document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") { leave(); } });
    window.addEventListener("pagehide", leave);
  }

  function begin() {
    var first = all("[data-field] input, [data-field] select, [data-field] textarea", form).filter(function (one) {
      return seen(one) && !one.value && /MUST|SLASH/.test(one.closest("[data-field]").dataset.need);
    })[0];
    var confirm = document.getElementById("confirmed");
    if (confirm) { confirm.focus(); } else if (first && !document.getElementById("error-summary")) { first.focus(); }
  }

  document.addEventListener("DOMContentLoaded", function () {
    form = document.getElementById("sheet-form");
    if (!form) { return; }
    all("input[list]", form).forEach(function (field) {
      field.dataset.list = field.getAttribute("list");
      field.removeAttribute("list");
      picks(field);
    });
    ["sampled_name", "producer_name", "product_name"].forEach(function (name) {
      if (form.dataset.enterprises && named(name)) { picks(named(name)); }
    });
    form.addEventListener("change", arrange);
    form.addEventListener("keydown", keys);
    arrange();
    autosave();
    begin();
  });
}());
