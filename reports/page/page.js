// Draws the specifications of a page and puts life into its buttons. `palette` maps the colours of
// the specifications to CSS variables, so that a picture follows the reader's theme and prints in
// the light one; what is copied or saved has plain colours on white. Scripts of widgets share what
// is returned.
const page = (() => {
  'use strict';

  const themed = (text) =>
    Object.entries(palette).reduce((t, [hex, name]) => t.replaceAll(hex, `var(--${name})`), text);

  const view = (spec, options) =>
    new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: 'svg', ...options });

  const say = (button, text) => {
    const before = button.textContent;
    button.textContent = text;
    setTimeout(() => { button.textContent = before; }, 1500);
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return;
    } catch {
      // Not allowed, or not there: the old way.
    }
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  };

  const download = (text, type, title, extension) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.${extension}`;
    link.click();
    URL.revokeObjectURL(link.href);
  };

  const save = async (spec, title) => {
    const svg = await view({ ...spec, background: 'white' }).toSVG();
    download(svg, 'image/svg+xml', title, 'svg');
  };

  const connect = (figure, specification) => {
    const copying = figure.querySelector('.copy');
    copying.addEventListener('click', async () => {
      await copy(JSON.stringify(specification(), null, 2));
      say(copying, 'Copied');
    });
    figure.querySelector('.save').addEventListener('click', () => {
      save(specification(), figure.querySelector('figcaption').textContent);
    });
  };

  const draw = async (figure) => {
    const text = figure.querySelector('script').textContent;
    const spec = JSON.parse(text);
    if (!figure.matches('.compact')) connect(figure, () => spec);
    const shown = { ...JSON.parse(themed(text)), background: 'transparent' };
    // In an element of its own: Vega gives its container another role and name.
    const container = figure.querySelector('.vega').appendChild(document.createElement('div'));
    await view(shown, { container, hover: true }).runAsync();
    figure.dataset.drawn = 'yes';
  };

  // Paper shows everything.
  addEventListener('beforeprint', () => {
    for (const folded of document.querySelectorAll('details')) folded.open = true;
  });

  document.querySelectorAll('figure:not(.live)').forEach(draw);
  return { connect, copy, download, say };
})();
