/* What fitness.py asks of a page; put into it beside axe-core. Each function answers with what is wrong, or with what it read. */
window.fit = {
  /* What reaches beyond the window, or null. What lies in a part that scrolls by itself is held there. */
  tooWide() {
    const width = innerWidth, whole = document.documentElement.scrollWidth, found = [];
    if (whole <= width) { return null; }
    const held = (node) => {
      for (let up = node.parentElement; up && up !== document.body; up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== "visible") { return true; }
      }
      return false;
    };
    for (const node of document.body.querySelectorAll("*")) {
      const box = node.getBoundingClientRect();
      if (box.width && box.right > width + 1 && !held(node)) { found.push(fit.named(node)); }
    }
    return whole + " px: " + found.slice(0, 4).join(", ");
  },

  named(node) { return node.tagName + "." + (node.getAttribute("class") || ""); },

  /* What is pressed with a finger and is not as high as one; within tables lines are as high as the writing. */
  lowOnPhone(finger) {
    const pressed = "main button, main .btn, main summary, main .tab-links a, main select, main input, .site-header button, .site-header summary";
    const found = new Set();
    for (const node of document.querySelectorAll(pressed)) {
      if (/^(checkbox|radio|hidden)$/.test(node.type || "") || !node.checkVisibility()) { continue; }
      const box = node.getBoundingClientRect();
      if (box.height && box.height < finger - .5 && !node.closest(".table-wrap, .visually-hidden")) {
        found.add(fit.named(node) + " " + Math.round(box.height));
      }
    }
    return [...found].slice(0, 6);
  },

  read() {
    const visible = (node) => node.checkVisibility({ checkVisibilityCSS: true });
    const found = {
      lang: document.documentElement.lang, title: document.title, texts: [], small: [],
      headings: [...document.querySelectorAll("h1")].filter(visible).map((node) => node.innerText.trim()),
    };
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode.nodeValue.trim(), around = walk.currentNode.parentElement;
      if (!text || /^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT|TEXTAREA)$/.test(around.tagName)) { continue; }
      if (/[A-Za-z]/.test(text) && !around.closest("code, pre, kbd")) { found.texts.push(text); }
      const size = parseFloat(getComputedStyle(around).fontSize);
      if (size < 14 && !around.closest(".paper") && visible(around)) {
        found.small.push([fit.named(around), size, Boolean(around.closest("svg, sup, sub")), text.slice(0, 20)]);
      }
    }
    for (const name of ["placeholder", "title", "aria-label", "alt"]) {
      for (const node of document.querySelectorAll("[" + name + "]")) { found.texts.push(node.getAttribute(name)); }
    }
    for (const node of document.querySelectorAll("input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea")) {
      if (/^(None|True|False|nan|\[.*\]|\{.*\})$/.test(node.value || "")) { found.texts.push(node.value); }
    }
    return found;
  },

  /* Of rows and points built alike two are enough: their links, colours and words are drawn by the same lines of a template. */
  thin() {
    const alike = document.querySelectorAll("main tr, main li, main .fact, main .field, main figure g");
    for (const parent of new Set([...alike].map((one) => one.parentElement))) {
      const met = {};
      for (const child of [...parent.children]) {
        const built = [child, ...child.querySelectorAll("*")].map((node) => fit.named(node) + (node.type || "")).join();
        met[built] = (met[built] || 0) + 1;
        if (met[built] > 2) { child.remove(); }
      }
    }
  },

  /* First with the folds open, then with panels open too; a panel lies over what is below it, so sizes are not asked then. */
  async axe(exclude, tags, off) {
    const told = (answer) => answer.violations.map((rule) => rule.id + ": " + rule.help + " — " + rule.nodes.slice(0, 3).map((node) =>
      node.target.join(" ") + " " + node.html.slice(0, 120) + " [" + node.failureSummary.split("\n").slice(1, 2).join("").trim() + "]").join(" | "));
    const rules = Object.fromEntries(off.map((name) => [name, { enabled: false }]));
    const options = { runOnly: { type: "tag", values: tags }, rules, resultTypes: ["violations"] };
    document.querySelectorAll("details:not([data-popup])").forEach((one) => { one.open = true; });
    const found = told(await axe.run({ exclude }, options));
    const panels = [...document.querySelectorAll("main details[data-popup]")].slice(0, 3);
    if (panels.length) {
      panels.forEach((one) => { one.open = true; });
      rules["target-size"] = { enabled: false };
      found.push(...told(await axe.run({ include: panels }, options)));
    }
    return found;
  },
};
