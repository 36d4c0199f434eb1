(function () {
  "use strict";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function themed(layout) {
    var style = getComputedStyle(document.documentElement);
    layout.font.color = style.getPropertyValue("--soft").trim();
    (layout.annotations || []).forEach(function (note) {
      note.font = Object.assign({}, note.font, { color: style.getPropertyValue("--ink").trim() });
    });
    layout.hoverlabel = {
      bgcolor: style.getPropertyValue("--card").trim(),
      bordercolor: style.getPropertyValue("--rule").trim(),
      font: { color: style.getPropertyValue("--ink").trim() }
    };
    return layout;
  }

  function read(box) {
    var figure = JSON.parse(document.getElementById(box.dataset.figure).textContent);
    figure.data.forEach(function (trace) {
      if (typeof trace.x === "number") trace.x = figure.axes[trace.x];
    });
    return figure;
  }

  function draw(box) {
    var figure = read(box);
    box.classList.add("drawn");
    Plotly.react(box, figure.data, themed(figure.layout), { responsive: true, displayModeBar: false });
  }

  var boxes = Array.prototype.slice.call(document.querySelectorAll(".chart"));
  boxes.forEach(function (box) { box.style.minHeight = box.dataset.height + "px"; });
  // One after the other, so that the page can be read and scrolled meanwhile.
  (function next(place) {
    if (place === boxes.length) return;
    draw(boxes[place]);
    setTimeout(next, 0, place + 1);
  })(0);
  dark.addEventListener("change", function () {
    boxes.filter(function (box) { return box.classList.contains("drawn"); }).forEach(draw);
  });
})();
