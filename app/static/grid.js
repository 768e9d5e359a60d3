/* The grid of a plan: keys, paste and sums as in a spreadsheet. The server decides; every number can be typed without this file. */
(function () {
  "use strict";
  var table = document.querySelector("[data-grid]");
  var form = document.querySelector("[data-grid-form]");
  if (!table || !form || table.hasAttribute("data-readonly")) { return; }
  var status = form.querySelector("[data-grid-status]");
  var editing = false, before = "", leaving = false;

  function list(selector, within) { return Array.prototype.slice.call((within || table).querySelectorAll(selector)); }

  /* null: nothing typed; NaN: no number */
  function number(text) {
    var bare = text.normalize("NFKC").replace(/[\s,]/g, "").replace(/批次?$/, "");
    if (bare === "" || bare === "-" || bare === "/") { return null; }
    return /^\d{1,7}$/.test(bare) ? Number(bare) : NaN;
  }

  var places = {};
  var rows = list("tbody tr[data-row]").map(function (tr, index) {
    places[tr.dataset.row] = index;
    return {
      tr: tr, parent: tr.dataset.parent, inputs: list("input", tr), taken: tr.querySelector("[data-taken]"),
      left: tr.querySelector("[data-left]"), folded: false, parents: false,
    };
  });
  rows.forEach(function (row) {
    row.above = row.parent === "" ? -1 : places[row.parent];
    if (row.above >= 0) { rows[row.above].parents = true; }
  });
  var width = rows[0].inputs.length;
  var sums = list("[data-sum]"), columnLeft = list("[data-column-left]");

  function changed(input) {
    var now = number(input.value), was = number(input.dataset.saved);
    return now !== was && !(now !== now && input.value === input.dataset.saved);
  }

  /* What a cell needs is the larger of its own number and the sums of its finer cells, as on the server. */
  function reckon() {
    var below = rows.map(function () { return new Array(width).fill(0); }), over = 0, touched = 0, wrong = 0;
    for (var r = rows.length - 1; r >= 0; r--) {
      var row = rows[r], own = row.inputs.map(function (input) { return number(input.value); }), across = 0, need = [], finer = [];
      for (var c = width - 1; c >= 0; c--) {
        finer[c] = Math.max(Number(row.inputs[c].dataset.elsewhere), below[r][c], c === 0 ? across : 0);
        need[c] = Math.max(own[c] || 0, finer[c]);
        if (c > 0) { across += need[c]; }
        if (row.above >= 0) { below[row.above][c] += need[c]; }
      }
      for (c = 0; c < width; c++) { mark(row.inputs[c], own[c], finer[c]); }
      row.taken.textContent = finer[0] || "";
      tell(row.left, own[0] === null || own[0] !== own[0] ? null : own[0] - finer[0]);
      if (r === 0) { foot(own, finer, below[0]); }
    }
    function mark(input, mine, inside) {
      var bad = mine !== null && mine !== mine, much = mine !== null && inside > mine;
      input.parentNode.classList.toggle("quota-over", much);
      input.classList.toggle("quota-wrong", bad);
      input.classList.toggle("quota-changed", changed(input));
      input.title = bad ? "不是整数" : much ? "下级已分解 " + inside + " 批，超出 " + (inside - mine) + " 批" : "";
      if (much) { over += 1; }
      if (bad) { wrong += 1; }
      if (changed(input)) { touched += 1; }
    }
    say(touched, over, wrong);
  }

  function tell(cell, left) {
    cell.textContent = left === null ? "" : left;
    cell.classList.toggle("quota-negative", left !== null && left < 0);
  }

  function foot(own, finer, roots) {
    for (var c = 0; c < width; c++) {
      sums[c].textContent = roots[c] || "";
      tell(columnLeft[c], own[c] === null || own[c] !== own[c] ? null : own[c] - finer[c]);
    }
  }

  function say(touched, over, wrong) {
    var words = touched ? "已改 " + touched + " 格，尚未保存" : "";
    if (wrong) { words += (words ? "；" : "") + wrong + " 格不是整数"; }
    if (over) { words += (words ? "；" : "") + over + " 格的下级之和超出本格"; }
    status.textContent = words;
    status.classList.toggle("quota-negative", over + wrong > 0);
  }

  /* ---------------------------------------------------------------- moving */

  function where(input) {
    for (var r = 0; r < rows.length; r++) {
      var c = rows[r].inputs.indexOf(input);
      if (c >= 0) { return { row: r, column: c }; }
    }
    return null;
  }

  function move(input, down, right) {
    var at = where(input), r = at.row + down, c = at.column + right;
    while (r >= 0 && r < rows.length && rows[r].tr.hidden) { r += down || 1; }
    if (r < 0 || r >= rows.length || c < 0 || c >= width) { return; }
    rows[r].inputs[c].focus();
  }

  function put(input, text) {
    input.value = text;
    editing = false;
    reckon();
  }

  table.addEventListener("focusin", function (event) {
    if (event.target.tagName !== "INPUT") { return; }
    before = event.target.value;
    editing = false;
    event.target.select();
  });

  table.addEventListener("input", reckon);
  table.addEventListener("dblclick", function (event) { if (event.target.tagName === "INPUT") { edit(event.target); } });

  function edit(input) {
    editing = true;
    input.setSelectionRange(input.value.length, input.value.length);
  }

  var STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  table.addEventListener("keydown", function (event) {
    var input = event.target, step = STEPS[event.key];
    if (input.tagName !== "INPUT" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "Enter") { move(input, event.shiftKey ? -1 : 1, 0); }
    else if (event.key === "F2") { edit(input); }
    else if (event.key === "Escape") { put(input, before); input.select(); }
    else if (event.key === "Delete" && !editing) { put(input, ""); }
    else if (step && !event.shiftKey && (step[0] || !editing)) { move(input, step[0], step[1]); }
    else { return; }
    event.preventDefault();
  });

  table.addEventListener("paste", function (event) {
    var input = event.target;
    if (input.tagName !== "INPUT") { return; }
    var lines = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n+$/, "").split("\n");
    var block = lines.map(function (line) { return line.split("\t"); });
    if (block.length === 1 && block[0].length === 1 && editing) { return; }
    event.preventDefault();
    var lost = fill(where(input), block);
    reckon();
    if (lost) { status.textContent += "；粘贴内容超出表格，有 " + lost + " 格未填"; }
  });

  function fill(at, block) {
    var r = at.row, lost = 0;
    block.forEach(function (cells) {
      while (r < rows.length && rows[r].tr.hidden) { r += 1; }
      cells.forEach(function (text, offset) {
        var c = at.column + offset;
        if (r >= rows.length || c >= width) { lost += text.trim() ? 1 : 0; } else { rows[r].inputs[c].value = text.trim(); }
      });
      r += 1;
    });
    return lost;
  }

  /* ---------------------------------------------------------------- folding */

  function show() {
    rows.forEach(function (row) {
      var above = row.above < 0 ? null : rows[row.above];
      row.tr.hidden = Boolean(above) && (above.tr.hidden || above.folded);
      var after = row.tr.nextElementSibling;
      if (after && after.classList.contains("quota-fault-row")) { after.hidden = row.tr.hidden; }
    });
  }

  rows.forEach(function (row, index) {
    if (!row.parents || index === 0) { return; }
    var name = row.tr.querySelector(".quota-name"), button = document.createElement("button");
    button.type = "button";
    button.className = "quota-fold";
    button.tabIndex = -1;
    function told() {
      button.textContent = row.folded ? "＋" : "－";
      button.setAttribute("aria-expanded", String(!row.folded));
      button.setAttribute("aria-label", (row.folded ? "展开 " : "收起 ") + name.title);
    }
    button.addEventListener("click", function () { row.folded = !row.folded; told(); show(); });
    told();
    name.insertBefore(button, name.firstChild);
  });

  /* ---------------------------------------------------------------- sending: the changed cells only */

  form.addEventListener("submit", function () {
    leaving = true;
    var idle = list("input").filter(function (input) { return !changed(input); });
    idle.forEach(function (input) { input.disabled = true; });
    window.setTimeout(function () { idle.forEach(function (input) { input.disabled = false; }); }, 0);
  });
  window.addEventListener("pageshow", function () { leaving = false; });
  window.addEventListener("beforeunload", function (event) {
    if (!leaving && list("input").some(changed)) { event.preventDefault(); event.returnValue = ""; }
  });

  reckon();
})();
