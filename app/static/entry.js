/* Results of a report by keyboard: moving, pasting and filling as in Excel, verdicts asked of the server, drafts every 30 seconds.
   Comfort only: without this file the same page works with its buttons. */
(function () {
  "use strict";
  var table = document.querySelector("[data-entry]");
  if (!table) { return; }
  var form = table.closest("form"), body = table.tBodies[0], status = form.querySelector("[data-entry-status]");
  var MOST = Number(table.dataset.most), PAUSE = 600, EVERY = 30000;
  var VERDICTS = { "合格": "合格项", "不合格": "不合格项", "符合": "合格项", "不符合": "不合格项", "问题": "问题项", "不判定": "不判定项", "未检": "未检验" };
  var editing = false, before = "", leaving = false, touched = false, asked = 0, waiting = null, saving = false;
  var titles = Array.prototype.slice.call(table.querySelectorAll("th[data-titles]")).map(function (head) { return head.dataset.titles.split(" "); });
  form.querySelector("[data-entry-keys]").hidden = false;

  function cells(row) { return Array.prototype.slice.call(row.querySelectorAll("[data-cell]")); }
  function rows() { return Array.prototype.slice.call(body.rows); }
  function where(input) {
    var row = input.closest("tr");
    return { row: rows().indexOf(row), column: cells(row).indexOf(input) };
  }

  /* ---------------------------------------------------------------- rows */

  function grow() {
    var last = body.rows[body.rows.length - 1], count = body.rows.length;
    if (count >= MOST) { return null; }
    var row = last.cloneNode(true);
    row.className = "";
    row.querySelector("[data-line]").textContent = String(count + 1);
    row.querySelector("[data-said]").textContent = "";
    Array.prototype.slice.call(row.querySelectorAll(".fault-text")).forEach(function (one) { one.remove(); });
    cells(row).forEach(function (input) {
      input.closest("td").className = "";
      input.value = "";
      input.removeAttribute("value");
      input.name = input.name.replace(/-\d+-/, "-" + count + "-");
      input.id = input.name;
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/^第 \d+ 行/, "第 " + (count + 1) + " 行"));
    });
    body.appendChild(row);
    return row;
  }

  function cell(place, column) {
    while (place >= body.rows.length) { if (!grow()) { return null; } }
    return place < 0 ? null : cells(body.rows[place])[column] || null;
  }

  function go(place, column) {
    var input = cell(place, column);
    if (input) { input.focus(); input.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  }

  function put(input, text) {
    var bare = text.trim();
    input.value = input.dataset.cell === "verdict" ? VERDICTS[bare] || bare : bare;
  }

  /* ---------------------------------------------------------------- keys */

  var STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function inside(input, step) {
    var at = input.selectionStart, all = at === 0 && input.selectionEnd === input.value.length && input.value !== "";
    if (step[0] || !editing || all) { return false; }
    return step[1] < 0 ? at > 0 : at < input.value.length;
  }

  table.addEventListener("focusin", function (event) {
    if (!event.target.dataset.cell) { return; }
    before = event.target.value;
    editing = false;
    event.target.select();
  });

  table.addEventListener("keydown", function (event) {
    var input = event.target, step = STEPS[event.key], at;
    if (!input.dataset.cell || event.isComposing || event.altKey) { return; }
    at = where(input);
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "Enter") { event.preventDefault(); form.elements.namedItem("save").click(); }
      if ((event.key === "d" || event.key === "D") && at.row > 0) {
        event.preventDefault();
        input.value = cell(at.row - 1, at.column).value;
        changed();
        go(at.row + 1 < body.rows.length ? at.row + 1 : at.row, at.column);
      }
      return;
    }
    if (event.key === "Enter") { go(at.row + (event.shiftKey ? -1 : 1), at.column); }
    else if (event.key === "F2") { editing = true; input.setSelectionRange(input.value.length, input.value.length); }
    else if (event.key === "Escape") { input.value = before; editing = false; input.select(); changed(); }
    else if (event.key === "Delete" && !editing) { input.value = ""; changed(); }
    else if (step && !event.shiftKey && !inside(input, step)) { if (at.row + step[0] < body.rows.length) { go(at.row + step[0], at.column + step[1]); } }
    else { return; }
    event.preventDefault();
  });

  table.addEventListener("dblclick", function () { editing = true; });
  form.addEventListener("input", function (event) {
    if (event.target.dataset.cell) { editing = true; }
    changed();
  });

  /* ---------------------------------------------------------------- a block from Excel */

  /* Cells with line breaks are quoted, and quotes in them doubled. */
  function parse(text) {
    var lines = [[""]], quoted = false, start = true;
    for (var i = 0; i < text.length; i++) {
      var mark = text[i], line = lines[lines.length - 1];
      if (quoted) {
        if (mark === '"' && text[i + 1] === '"') { line[line.length - 1] += mark; i += 1; }
        else if (mark === '"') { quoted = false; }
        else { line[line.length - 1] += mark === "\n" || mark === "\r" ? " " : mark; }
      } else if (mark === '"' && start) { quoted = true; }
      else if (mark === "\t") { line.push(""); start = true; continue; }
      else if (mark === "\n") { lines.push([""]); start = true; continue; }
      else if (mark !== "\r") { line[line.length - 1] += mark; }
      start = false;
    }
    return lines.filter(function (line, place) { return place < lines.length - 1 || line.join("") !== ""; });
  }

  /* The columns that a header names, in the order of the block; null where the first line is none. */
  function header(line) {
    var found = line.map(function (text) {
      var bare = text.replace(/[\s*:：]/g, "");
      return titles.findIndex(function (names) { return names.indexOf(bare) >= 0; });
    });
    return found.filter(function (column) { return column >= 0; }).length >= 2 ? found : null;
  }

  table.addEventListener("paste", function (event) {
    var input = event.target;
    if (!input.dataset.cell) { return; }
    var block = parse(event.clipboardData.getData("text/plain"));
    if (block.length === 0 || (block.length === 1 && block[0].length === 1 && editing)) { return; }
    event.preventDefault();
    var at = where(input), named = header(block[0]), lost = 0, filled = 0;
    if (named) { block.shift(); }
    block.forEach(function (line, down) {
      line.forEach(function (text, right) {
        var column = named ? named[right] : at.column + right;
        var target = column < 0 ? null : cell(at.row + down, column);
        if (target) { put(target, text); filled += 1; } else if (text.trim() && !(named && column < 0)) { lost += 1; }
      });
    });
    changed();
    say("已粘贴 " + block.length + " 行、" + filled + " 格" + (lost ? "；超出表格，有 " + lost + " 格未填" : ""));
    input.select();
  });

  /* ---------------------------------------------------------------- what the server says */

  function say(text) { status.textContent = text ? "　" + text : ""; }
  function post(address) {
    return fetch(address, { method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "manual" }).then(function (answer) {
      var json = (answer.headers.get("Content-Type") || "").indexOf("json") >= 0;
      return (json ? answer.json() : Promise.resolve({ message: "服务器没有回答，请检查网络或重新登录" })).then(function (told) {
        return { ok: answer.ok && json, told: told };
      });
    });
  }

  function changed() {
    touched = true;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, PAUSE);
  }

  function ask() {
    var mine = asked += 1;
    post(table.dataset.verdicts).then(function (answer) {
      if (mine !== asked) { return; }
      if (!answer.ok) { say(answer.told.message); return; }
      rows().forEach(function (row, place) { tell(row.querySelector("[data-said]"), row, answer.told.lines[String(place + 1)]); });
      form.querySelector("[data-entry-said]").textContent = answer.told.conclusion;
      table.dataset.asked = String(mine);
    }).catch(function () { say("判定暂时无法预览，不影响保存"); });
  }

  function tell(place, row, said) {
    place.textContent = "";
    row.classList.toggle("row-fault", Boolean(said) && said.word === "有误");
    if (!said) { return; }
    var tag = document.createElement("span"), why = document.createElement("div");
    tag.className = "state state-" + said.tone;
    tag.textContent = said.word;
    why.className = said.word === "有误" ? "fault-text" : "field-help";
    why.textContent = said.text;
    place.appendChild(tag);
    place.appendChild(why);
  }

  /* ---------------------------------------------------------------- draft */

  window.setInterval(function () {
    if (!touched || leaving || saving) { return; }
    touched = false;
    saving = true;
    post(table.dataset.draft).then(function (answer) {
      if (answer.ok) { form.elements.namedItem("revision").value = answer.told.revision; say("草稿已于 " + answer.told.saved + " 保存"); }
      else { say(answer.told.message); }
    }).catch(function () { touched = true; }).then(function () { saving = false; });
  }, EVERY);

  form.addEventListener("submit", function () { leaving = true; });
  window.addEventListener("pageshow", function () { leaving = false; });
  window.addEventListener("beforeunload", function (event) {
    if (touched && !leaving) { event.preventDefault(); event.returnValue = ""; }
  });

  var first = cells(body.rows[0]), start = first[0].value ? first[1] : first[0];
  if (form.elements.namedItem("report_no").value) { start.focus(); } else { form.elements.namedItem("report_no").focus(); }
})();
