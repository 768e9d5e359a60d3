/* 手写签名: draws with finger, pen or mouse and puts the picture as PNG into the form's hidden field. Without this file the
   form takes a scan of the signed paper. */
(function () {
  "use strict";
  var INK = "#10243e", THIN = 1.6, THICK = 3.2, FAST = 1.6; /* pixels per millisecond at which the line is thinnest */

  function pad(box) {
    var canvas = box.querySelector("canvas"), brush = canvas.getContext("2d");
    var form = box.closest("form"), target = form.querySelector("input[name=" + box.dataset.signatureFor + "]");
    var last = null, strokes = 0;

    function paper() {
      brush.fillStyle = "#fff";
      brush.fillRect(0, 0, canvas.width, canvas.height);
      brush.strokeStyle = brush.fillStyle = INK;
      brush.lineCap = brush.lineJoin = "round";
    }

    /* The picture is larger or smaller on the screen than it is in pixels. */
    function place(event) {
      var seen = canvas.getBoundingClientRect();
      return {
        x: (event.clientX - seen.left) * canvas.width / seen.width,
        y: (event.clientY - seen.top) * canvas.height / seen.height,
        at: event.timeStamp
      };
    }

    function width(from, to) {
      var far = Math.hypot(to.x - from.x, to.y - from.y), taken = Math.max(to.at - from.at, 1);
      return THICK - (THICK - THIN) * Math.min(far / taken / FAST, 1);
    }

    function line(from, to) {
      brush.lineWidth = width(from, to);
      brush.beginPath();
      brush.moveTo(from.x, from.y);
      brush.lineTo(to.x, to.y);
      brush.stroke();
    }

    function dot(at) {
      brush.beginPath();
      brush.arc(at.x, at.y, THICK / 2, 0, 2 * Math.PI);
      brush.fill();
    }

    function write() { target.value = strokes ? canvas.toDataURL("image/png") : ""; }

    canvas.addEventListener("pointerdown", function (event) {
      if (event.button !== 0) { return; }
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      last = place(event);
      dot(last);
      strokes += 1;
    });
    canvas.addEventListener("pointermove", function (event) {
      if (!last) { return; }
      event.preventDefault();
      var all = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
      (all.length ? all : [event]).forEach(function (one) {
        var now = place(one);
        line(last, now);
        last = now;
      });
    });
    ["pointerup", "pointercancel"].forEach(function (kind) {
      canvas.addEventListener(kind, function () {
        if (last) { last = null; write(); }
      });
    });
    box.querySelector("[data-signature-clear]").addEventListener("click", function () {
      strokes = 0;
      paper();
      write();
    });

    function again() { /* a form that came back with a complaint still holds what was drawn */
      if (target.value.indexOf("data:image/png;base64,") !== 0) { return; }
      var kept = new Image();
      kept.onload = function () { brush.drawImage(kept, 0, 0); strokes = 1; };
      kept.src = target.value;
    }

    box.hidden = false;
    paper();
    again();
  }

  document.addEventListener("DOMContentLoaded", function () {
    Array.prototype.forEach.call(document.querySelectorAll("[data-signature-for]"), pad);
  });
}());
