/* 超时: warns two minutes before the session ends, and signs in again on the same page, so that nothing typed is lost. */
(function () {
  "use strict";
  var dialog = document.getElementById("session-dialog"), WARN = 120;
  if (!dialog || typeof dialog.showModal !== "function" || !window.fetch) { return; }
  var timer = 0, ticking = 0, ends = 0, asked = Date.now();

  function find(name) { return dialog.querySelector("[data-session-" + name + "]"); }
  function part(name) {
    Array.prototype.forEach.call(dialog.querySelectorAll("[data-session-part]"), function (one) { one.hidden = one.dataset.sessionPart !== name; });
    find("title").textContent = name === "over" ? "登录已超时" : "登录即将超时";
    find("said").hidden = true;
  }
  function open() { if (!dialog.open) { dialog.showModal(); } }
  function close() { window.clearInterval(ticking); if (dialog.open) { dialog.close(); } }
  function say(place, text) { place.textContent = text; place.hidden = !text; }

  function tokens(token) {
    Array.prototype.forEach.call(document.querySelectorAll("input[name=csrf_token]"), function (field) { field.value = token; });
  }

  function state(options) {
    asked = Date.now();
    return window.fetch(dialog.dataset.session, Object.assign({ credentials: "same-origin", cache: "no-store", redirect: "error" }, options))
      .then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.json();
      });
  }

  /* What the server says decides: another tab may have been used meanwhile, or the session ended elsewhere. */
  function look(told) {
    window.clearTimeout(timer);
    if (told.state === "in" && told.user === dialog.dataset.user) {
      tokens(told.token);
      ends = Date.now() + told.seconds * 1000;
      if (told.seconds > WARN + 5) {
        close();
        timer = window.setTimeout(check, Math.min(told.seconds - WARN, 86400) * 1000);
        return;
      }
      if (told.seconds > 0) { warn(); return; }
    }
    over(told);
  }

  function check() { state({}).then(look).catch(function () { timer = window.setTimeout(check, 15000); }); }

  function warn() {
    part("warning");
    open();
    window.clearInterval(ticking);
    ticking = window.setInterval(function () {
      var left = Math.max(0, Math.round((ends - Date.now()) / 1000));
      find("left").textContent = Math.floor(left / 60) + " 分 " + left % 60 + " 秒";
      if (!left) { window.clearInterval(ticking); timer = window.setTimeout(check, 1500); }
    }, 1000);
  }

  function over(told) {
    window.clearInterval(ticking);
    part("over");
    open();
    if (told && told.state === "in") { refused("本浏览器现由另一账号（" + told.user + "）登录。请改用本账号重新登录，或复制内容后刷新页面"); }
    if (told && told.state === "code") { refused("还须输入动态口令或修改密码：请点“在新标签页登录”办理后回到本页"); }
  }

  function refused(text) { say(find("refused"), text); }

  function signIn(event) {
    event.preventDefault();
    var password = document.getElementById("session-password"), button = dialog.querySelector("button[type=submit]");
    if (!password.value) { refused("请填写密码"); password.focus(); return; }
    button.disabled = true;
    state({}).then(function (told) {
      var sent = new URLSearchParams({ username: dialog.dataset.user, password: password.value, csrf_token: told.token });
      return window.fetch(dialog.dataset.signIn, { method: "POST", body: sent, credentials: "same-origin" });
    }).then(function (answer) {
      return answer.redirected ? "" : answer.text();
    }).then(function (page) {
      var said = page && new DOMParser().parseFromString(page, "text/html").querySelector(".notice-danger p");
      return state({}).then(function (told) {
        password.value = "";
        if (told.state === "out") { refused(said ? said.textContent : "没有登录成功，请稍后重试"); password.focus(); return; }
        refused("");
        look(told);
      });
    }).catch(function () { refused("网络不通，请检查网络后重试"); }).then(function () { button.disabled = false; });
  }

  function goOn() {
    state({}).then(function (told) {
      return told.state === "in" ? state({ method: "POST", headers: { "X-CSRFToken": told.token } }) : told;
    }).then(function (told) {
      if (told.state === "in" && told.seconds <= WARN + 5) { say(find("said"), "已到一次登录的最长时间，不能再延长。请先保存，到时可在本页重新登录"); return; }
      look(told);
    }).catch(function () { say(find("said"), "网络不通，请检查网络后重试"); });
  }

  dialog.addEventListener("cancel", function (event) { if (!dialog.querySelector("form").hidden) { event.preventDefault(); } });
  find("close").addEventListener("click", function () { dialog.close(); });
  find("go").addEventListener("click", goOn);
  dialog.querySelector("form").addEventListener("submit", signIn);
  document.addEventListener("shian:signed-out", check); /* an automatic saving was turned away */
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden && Date.now() - asked > 60000) { check(); } /* back at this tab: signed in anew elsewhere, or out? */
  });

  var seconds = Number(document.body.dataset.sessionSeconds || 0);
  if (seconds) { timer = window.setTimeout(check, Math.max(seconds - WARN, 1) * 1000); }
}());
