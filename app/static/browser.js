/* 浏览器检测: looks for what the pages use and writes it into the table. Nothing is sent anywhere. */
(function () {
  "use strict";

  function supports(property, value) { return Boolean(window.CSS && CSS.supports && CSS.supports(property, value)); }
  function typed(kind) { var field = document.createElement("input"); field.setAttribute("type", kind); return field.type === kind; }
  function stores() {
    try { localStorage.setItem("shian.tried", "1"); localStorage.removeItem("shian.tried"); return true; } catch (e) { return false; }
  }
  function sorts() {
    try { return ["重", "安", "北"].sort(new Intl.Collator("zh-CN-u-co-pinyin").compare).join("") === "安北重"; } catch (e) { return false; }
  }

  var tests = {
    cookies: function () { return navigator.cookieEnabled; },
    form: function () { return typeof FormData === "function" && typeof URLSearchParams === "function"; },
    grid: function () { return supports("display", "grid"); },
    details: function () { return "open" in document.createElement("details"); },
    dialog: function () { return typeof HTMLDialogElement === "function"; },
    fetch: function () { return typeof window.fetch === "function"; },
    dates: function () { return typed("date"); },
    canvas: function () { return Boolean(document.createElement("canvas").getContext); },
    storage: stores,
    pinyin: sorts,
    pdf: function () { return navigator.pdfViewerEnabled !== false; },
    width: function () { return window.innerWidth >= 1280; }
  };

  function show() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-browser-need]"), function (cell) {
      var good = tests[cell.dataset.browserNeed](), tag = cell.querySelector(".state");
      tag.className = "state state-" + (good ? "green" : cell.hasAttribute("data-browser-wanted") ? "red" : "yellow");
      tag.textContent = good ? "具备" : "不具备";
    });
    document.querySelector("[data-browser-size]").textContent = window.innerWidth + "×" + window.innerHeight + " 像素";
    document.querySelector("[data-browser-script]").textContent = "已启用";
  }

  show();
  window.addEventListener("resize", show);
}());
