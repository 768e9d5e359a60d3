/* Drafts of the forms of a page every 30 seconds (data-draft is the address). Without this file the button 保存草稿 does the same. */
(function () {
  "use strict";
  var EVERY = 30000;

  function watch(form) {
    var dirty = false, sending = false, stopped = false, leaving = false, state = form.querySelector(".draft-state");

    function tell(text, bad) {
      if (state) { state.textContent = text; state.classList.toggle("draft-bad", Boolean(bad)); }
    }

    function contents() {
      var data = new FormData(form);
      data.append("auto", "1");
      return data;
    }

    function save() {
      if (!dirty || sending || stopped || leaving) { return; }
      dirty = false; sending = true;
      window.fetch(form.dataset.draft, { method: "POST", body: contents(), credentials: "same-origin" }).then(function (answer) {
        sending = false;
        if (answer.redirected || (answer.headers.get("Content-Type") || "").indexOf("json") < 0) {
          dirty = true;
          tell("登录已超时，草稿未保存：请重新登录后继续", true);
          document.dispatchEvent(new Event("shian:signed-out"));
          return null;
        }
        return answer.json().then(function (said) {
          if (answer.ok) { form.elements.namedItem("draft_revision").value = said.revision; tell("草稿已自动保存 " + said.saved); return; }
          if (answer.status === 409) { stopped = true; }
          tell(said.message, true);
        });
      }).catch(function () { sending = false; dirty = true; tell("网络不通，草稿暂未保存，恢复后自动重试", true); });
    }

    function leave() {
      if (!dirty || stopped || leaving || !navigator.sendBeacon) { return; }
      if (navigator.sendBeacon(form.dataset.draft, contents())) { dirty = false; }
    }

    form.addEventListener("input", function () { dirty = true; });
    form.addEventListener("change", function () { dirty = true; });
    form.addEventListener("submit", function () { leaving = true; });
    window.addEventListener("pageshow", function () { leaving = false; });
    window.setInterval(save, EVERY);
    document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") { leave(); } });
    window.addEventListener("pagehide", leave);
  }

  Array.prototype.forEach.call(document.querySelectorAll("form[data-draft]"), watch);
})();
