// Draws the specifications of a page and puts life into its buttons. `palette` maps the colours of
// the specifications to CSS variables, so that a picture follows the reader's theme and prints in
// the light one; what is copied or saved has plain colours on white.
(() => {
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

  const save = async (spec, title) => {
    const svg = await view({ ...spec, background: 'white' }).toSVG();
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
    link.download = `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.svg`;
    link.click();
    URL.revokeObjectURL(link.href);
  };

  const draw = async (figure) => {
    const text = figure.querySelector('script').textContent;
    const spec = JSON.parse(text);
    const copying = figure.querySelector('.copy');
    copying.addEventListener('click', async () => {
      await copy(JSON.stringify(spec, null, 2));
      say(copying, 'Copied');
    });
    figure.querySelector('.save').addEventListener('click', () => {
      save(spec, figure.querySelector('figcaption').textContent);
    });
    const shown = { ...JSON.parse(themed(text)), background: 'transparent' };
    await view(shown, { container: figure.querySelector('.vega'), hover: true }).runAsync();
    figure.dataset.drawn = 'yes';
  };

  document.querySelectorAll('figure').forEach(draw);
})();
