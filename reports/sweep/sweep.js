// The explorer of a sweep. Filters choose the points that pass; the picture shows them, a rectangle
// drawn in it chooses among them; table, count and file hold what is chosen. All columns stay as they
// came, by point; what changes are lists of places in them.
(() => {
  'use strict';

  const root = document.getElementById('explorer');
  const data = JSON.parse(document.getElementById('sweep-data').textContent);
  const blank = document.getElementById('sweep-chart').textContent;
  const figure = root.querySelector('figure');
  const picture = figure.querySelector('.vega');
  const canvas = picture.appendChild(document.createElement('div'));  // Vega renames its container
  const total = data.points.length;
  const BROKEN = 0, FRONT = 2;
  const PAGE = 20;
  const MOST_LETTERS = 8;

  // Columns -------------------------------------------------------------------------------------

  const place = (column, i) => (column.index ? column.index[i] : 0);
  for (const c of data.columns) {
    c.at = c.values ? (i) => c.values[i] : (i) => c.levels[place(c, i)];
    if (!c.number) continue;
    c.numbers = Float64Array.from(data.points, (_, i) => c.at(i) ?? NaN);
    const there = c.numbers.filter((v) => !Number.isNaN(v));
    c.low = there.reduce((a, b) => Math.min(a, b), Infinity);
    c.high = there.reduce((a, b) => Math.max(a, b), -Infinity);
  }
  const named = (name) => data.columns.find((c) => c.name === name);
  const axes = data.columns.filter((c) => c.role === 'axis');
  const varied = (c) => (c.number ? c.low < c.high : c.levels.length > 1);
  const numeric = data.columns.filter((c) => c.number && varied(c));
  const main = [...data.objectives, 'tokens_per_s', 'power_w', 'energy_per_token_j', 'device_share']
    .filter((name, i, all) => all.indexOf(name) === i).map(named).filter((c) => c && varied(c));

  const PREFIXES = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k'], [1, ''], [1e-3, 'm'],
    [1e-6, 'u'], [1e-9, 'n'], [1e-12, 'p']];
  const prefix_of = (value) => PREFIXES.find(([f]) => Math.abs(value) >= f * 0.9999) ?? [1, ''];
  const digits = (value) => String(Number(value.toPrecision(4)));
  const written = (c, value) => {
    if (value === null || Number.isNaN(value)) return '-';
    if (!c.unit && Math.abs(value) < 1e6) return digits(value);
    const [factor, prefix] = prefix_of(value);
    return `${digits(value / factor)} ${prefix}${c.unit}`.trim();
  };
  const setting = (c, i) => (c.settings ?? c.levels)[place(c, i)];
  const shown = (c, i) => {
    if (!c.number) return String(c.at(i));
    return c.role === 'axis' ? c.settings[place(c, i)] : written(c, c.numbers[i]);
  };
  const label = (c) => (c.role === 'axis' ? c.name : c.label);
  const title = (c) => {
    const better = { 1: ', more is better', '-1': ', less is better' }[c.better ?? 0] ?? '';
    return `${label(c)}${c.unit ? ` (${c.unit})` : ''}${better}`;
  };

  // Elements ------------------------------------------------------------------------------------

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key in element && key !== 'list') element[key] = value;
      else element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };
  const chooser = (id, text, columns, chosen, then) => {
    const select = make('select', { id },
      ...columns.map((c) => make('option', { value: c.name, selected: c === chosen }, label(c))));
    select.addEventListener('change', () => then(named(select.value)));
    return make('label', {}, `${text} `, select);
  };
  const switcher = (id, text, on, then) => {
    const box = make('input', { id, type: 'checkbox', checked: on });
    box.addEventListener('change', () => then(box.checked));
    return make('label', {}, box, ` ${text}`);
  };

  // What the reader has chosen ------------------------------------------------------------------

  const [first, second] = data.objectives.map(named).filter((c) => c && c.number && varied(c));
  // What is paid goes to the right, what is had for it upwards.
  const pair = [second, first].map((c, i) => c ?? main.filter((m) => m !== (first ?? second))[i] ??
    numeric[i] ?? data.columns.find((other) => other.number));
  if (pair[0].better === 1 && pair[1].better === -1) pair.reverse();
  const colours = data.columns.filter((c) => varied(c));
  // What cannot be built, or breaks a requirement, is shown to those who ask for it.
  const usual = data.states.includes('0') && /[12]/.test(data.states) ? 'feasible' : 'all';
  const state = {
    x: pair[0], y: pair[1], x_log: false, y_log: false, only: usual, brush: null, page: 0,
    sort: { column: pair[1], down: pair[1].better === 1, usual: true }, selected: -1,
    colour: axes.find((c) => !c.number && varied(c)) ?? colours[0],
  };
  const words = new Map();   // column -> levels that do not pass
  const ranges = new Map();  // column -> [least, most]

  const passes = (i) => {
    if (state.only === 'feasible' && data.states[i] === '0') return false;
    if (state.only === 'front' && data.states[i] !== '2') return false;
    for (const [c, out] of words) if (out.has(place(c, i))) return false;
    for (const [c, [low, high]] of ranges) {
      if (!(c.numbers[i] >= low && c.numbers[i] <= high)) return false;
    }
    return true;
  };
  const in_brush = (i) => {
    const inside = ([a, b], v) => v >= Math.min(a, b) && v <= Math.max(a, b);
    return inside(state.brush.x, state.x.numbers[i]) && inside(state.brush.y, state.y.numbers[i]);
  };

  // Of the two figures shown: who is beaten by nobody. In the order of x.
  const front_of = (places) => {
    const { x, y } = state;
    if (!x.better || !y.better || x === y) return [];
    const cost = (c, i) => -c.better * c.numbers[i];
    const order = places.filter((i) => Number(data.states[i]) !== BROKEN &&
      !Number.isNaN(x.numbers[i]) && !Number.isNaN(y.numbers[i]));
    order.sort((a, b) => cost(x, a) - cost(x, b) || cost(y, a) - cost(y, b));
    const front = [];
    for (const i of order) {
      const last = front.at(-1);
      const equal = last !== undefined && x.numbers[i] === x.numbers[last] &&
        y.numbers[i] === y.numbers[last];
      if (last === undefined || equal || cost(y, i) < cost(y, last)) front.push(i);
    }
    return x.better === 1 ? front.reverse() : front;
  };

  // Picture -------------------------------------------------------------------------------------

  let view = null;
  let passing = [];
  let chosen = [];
  let front = [];
  let lettered = [];

  const dark = matchMedia('(prefers-color-scheme: dark)');
  const coloured = (text, paper) => {
    const style = getComputedStyle(document.documentElement);
    return Object.entries(palette).reduce(
      (t, [hex, name]) => (paper ? t : t.replaceAll(hex, style.getPropertyValue(`--${name}`).trim())),
      text);
  };
  const colour_channel = (c, paper) => {
    const channel = { field: 'c', title: label(c) };
    if (c.number) {
      const log = c.low > 0 && c.high / c.low > 50;
      const extent = dark.matches && !paper ? [0.15, 1] : [0, 0.9];
      return { ...channel, type: 'quantitative', legend: { format: c.unit ? '~s' : '~g', gradientLength: 200 },
        scale: { type: log ? 'log' : 'linear', domain: [c.low, c.high],
          scheme: { name: 'viridis', extent } } };
    }
    const range = Object.keys(palette).slice(0, 12);
    return { ...channel, type: 'nominal', scale: { domain: c.levels, range },
      legend: { symbolOpacity: 1, symbolSize: 80 } };
  };
  const part = (which, i) => {
    const c = state[which];
    const v = c.numbers[i];
    return state[`${which}_log`] ? Math.log(v / c.low) / Math.log(c.high / c.low)
      : (v - c.low) / (c.high - c.low);
  };
  // Of points of one colour on the same spot one is drawn.
  const rows = (places) => {
    const c = state.colour;
    const colour = c.number ? (i) => c.numbers[i] : (i) => c.at(i);
    const shade = c.number ? (i) => Math.round(63 * (c.numbers[i] - c.low) / (c.high - c.low))
      : (i) => place(c, i);
    const taken = new Set();
    const out = [];
    for (const i of places) {
      const x = part('x', i);
      const y = part('y', i);
      if (Number.isNaN(x + y)) continue;
      const spot = (Math.round(700 * x) * 401 + Math.round(400 * y)) * 4096 + shade(i);
      if (taken.has(spot)) continue;
      taken.add(spot);
      out.push({ x: state.x.numbers[i], y: state.y.numbers[i], c: colour(i), i });
    }
    return out;
  };

  // Some of the front, as far from each other as they can be: a letter each, the key below.
  const lettered_of = (places) => {
    const steps = places.slice(1).map((i, at) => Math.hypot(part('x', i) - part('x', places[at]),
      part('y', i) - part('y', places[at])));
    const gap = steps.reduce((a, b) => a + b, 0) / (MOST_LETTERS - 1) * 0.98;
    let way = Infinity;
    const out = [];
    places.forEach((i, at) => {
      way += at > 0 ? steps[at - 1] : 0;
      if (way < (i === places.at(-1) ? gap / 2 : gap)) return;
      out.push(i);
      way = 0;
    });
    return out;
  };
  const letter = (at) => String.fromCharCode(65 + at);

  const datasets = () => ({
    beaten: rows(passing.filter((i) => Number(data.states[i]) !== BROKEN)),
    broken: rows(passing.filter((i) => Number(data.states[i]) === BROKEN)),
    front: rows(front), selected: rows(state.selected < 0 ? [] : [state.selected]),
    names: lettered.map((i, at) => ({ x: state.x.numbers[i], y: state.y.numbers[i],
      name: letter(at) })),
  });

  const specification = (paper) => {
    const spec = JSON.parse(coloured(blank, paper));
    const channel = (c, log) => {
      const format = c.unit || c.high >= 1e4 ? '~s' : '~r';
      const scale = { type: log ? 'log' : 'linear', domain: [c.low, c.high], nice: !log, ...(log ? {} : { zero: false }) };
      return { title: title(c), scale, axis: { tickCount: 7, format } };
    };
    const colour = JSON.parse(coloured(JSON.stringify(colour_channel(state.colour, paper)), paper));
    for (const layer of spec.layer) {
      Object.assign(layer.encoding.x, channel(state.x, state.x_log));
      Object.assign(layer.encoding.y, channel(state.y, state.y_log));
      if (layer.encoding.color) layer.encoding.color = colour;
      if (layer.data.name === 'front' && layer.mark.type === 'point' && front.length > 60) {
        layer.mark.size = 30;
      }
      if (layer.mark.type === 'line') {
        layer.mark.interpolate = state.x.better === 1 ? 'step-before' : 'step-after';
      }
    }
    spec.description = picture.getAttribute('aria-label');
    return spec;
  };
  const paper_specification = () => {
    const spec = specification(true);
    const all = datasets();
    for (const layer of spec.layer) layer.data = { values: all[layer.data.name] };
    return spec;
  };

  const draw = (paper = false) => {
    if (view) view.finalize();
    const width = Math.max(280, picture.clientWidth);
    const spec = { ...specification(paper), width, background: paper ? 'white' : 'transparent' };
    if (width < 500) spec.config.legend.columns = 1;
    state.brush = null;
    view = new vega.View(vega.parse(vegaLite.compile(spec).spec),
      { renderer: 'canvas', container: canvas, hover: false });
    for (const [name, values] of Object.entries(datasets())) view.data(name, values);
    view.tooltip((_, event, item) => {
      const i = item?.datum?.i;
      picture.title = i === undefined ? '' : point_text(i);
    });
    view.addSignalListener('brush', (_, value) => {
      const next = value.x && value.y ? value : null;
      if (next === null && state.brush === null) return;
      state.brush = next;
      later(false);
    });
    view.addEventListener('click', (_, item) => {
      if (item?.datum?.i !== undefined) select(item.datum.i);
    });
    view.run();
  };

  const redraw = () => {
    for (const [name, values] of Object.entries(datasets())) {
      view.change(name, vega.changeset().remove(() => true).insert(values));
    }
    view.run();
  };

  const point_text = (i) => [`point ${data.points[i]}`,
    ...axes.map((c) => `${c.name}: ${shown(c, i)}`),
    ...[...new Set([...main, state.x, state.y])].filter((c) => c.role !== 'axis')
      .map((c) => `${label(c)}: ${shown(c, i)}`)].join('\n');

  const describe = () => {
    const range = (c) => `${label(c)} from ${written(c, c.low)} to ${written(c, c.high)}`;
    const ends = front.length === 0 ? 'No front is drawn: a figure shown has no better end.'
      : `Front of ${front.length} points, from ${[front[0], front.at(-1)]
        .map((i) => `${shown(state.x, i)} and ${shown(state.y, i)}`).join(' to ')}.`;
    picture.setAttribute('aria-label', `${passing.length} of ${total} points, ${range(state.y)}, ` +
      `over ${range(state.x)}. ${ends}`);
    figure.querySelector('figcaption').textContent = `${label(state.y)} over ${label(state.x)}`;
    legend.replaceChildren(...lettered.map((i, at) => {
      const button = make('button', { type: 'button' }, `point ${data.points[i]}`);
      button.addEventListener('click', () => select(i));
      const apart = axes.filter(varied).map((c) => `${c.name} ${shown(c, i)}`).join(', ');
      return make('li', {}, make('b', {}, letter(at)), ' ', button,
        `: ${apart}: ${label(state.y)} ${shown(state.y, i)}, ${label(state.x)} ${shown(state.x, i)}`);
    }));
  };

  // Filters -------------------------------------------------------------------------------------

  const word_filter = (c) => {
    const out = new Set();
    words.set(c, out);
    const boxes = c.levels.map((level, at) => switcher(`f-${c.name}-${at}`, String(level), true, (on) => {
      if (on) out.delete(at);
      else out.add(at);
      update();
    }));
    return make('fieldset', {}, make('legend', {}, label(c)), ...boxes);
  };

  // Of a number of few values: two sliders over their places.
  const slider_filter = (c) => {
    const steps = [...new Set(c.numbers)].sort((a, b) => a - b);
    const text = (at) => {
      const level = c.levels.indexOf(steps[at]);
      return c.settings?.[level] ?? written(c, steps[at]);
    };
    const ends = [['from', 0], ['to', steps.length - 1]].map(([which, value]) => make('input', {
      id: `f-${c.name}-${which}`, type: 'range', min: 0, max: steps.length - 1, step: 1, value,
      'aria-label': `${label(c)}, ${which}` }));
    const output = make('output', {}, `${text(0)} to ${text(steps.length - 1)}`);
    const change = (moved) => {
      const [low, high] = ends.map((e) => Number(e.value));
      if (low > high) ends[1 - moved].value = ends[moved].value;
      const [from, to] = ends.map((e) => Number(e.value));
      ends.forEach((e) => e.setAttribute('aria-valuetext', text(Number(e.value))));
      output.textContent = `${text(from)} to ${text(to)}`;
      if (from === 0 && to === steps.length - 1) ranges.delete(c);
      else ranges.set(c, [steps[from], steps[to]]);
      later(true);
    };
    ends.forEach((e, moved) => e.addEventListener('input', () => change(moved)));
    return make('fieldset', {}, make('legend', {}, label(c)), output, ...ends);
  };

  const number_filter = (c) => {
    const [factor, prefix] = c.unit ? prefix_of(c.high) : [1, ''];
    const unit = `${prefix}${c.unit}`;
    const fields = [['least', c.low], ['most', c.high]].map(([which, end]) => make('input', {
      id: `f-${c.name}-${which}`, type: 'number', step: 'any', placeholder: digits(end / factor),
      'aria-label': `${label(c)}, ${which}${unit ? `, in ${unit}` : ''}` }));
    const change = () => {
      const [low, high] = fields.map((f) => (f.value === '' ? null : Number(f.value) * factor));
      if (low === null && high === null) ranges.delete(c);
      else ranges.set(c, [low ?? -Infinity, high ?? Infinity]);
      later(true);
    };
    fields.forEach((f) => f.addEventListener('input', change));
    return make('fieldset', {}, make('legend', {}, `${label(c)}${unit ? `, ${unit}` : ''}`),
      make('span', { className: 'pair' }, fields[0], ' to ', fields[1]));
  };

  const only_filter = () => {
    const choices = [['all', 'all with a result']];
    if (data.states.includes('0')) choices.push(['feasible', 'feasible']);
    if (data.states.includes(String(FRONT))) choices.push(['front', 'on the front of the sweep']);
    const select = make('select', { id: 'f-only', 'aria-label': 'Points' },
      ...choices.map(([value, text]) => make('option', { value, selected: value === state.only }, text)));
    select.addEventListener('change', () => { state.only = select.value; update(); });
    return make('fieldset', {}, make('legend', {}, 'Points'), select);
  };

  const filters = make('form', { className: 'filters', 'aria-label': 'Filters' });
  const build_filters = () => {
    words.clear();
    ranges.clear();
    state.only = usual;
    const reset = make('button', { type: 'button', id: 'f-reset' }, 'Reset filters');
    reset.addEventListener('click', () => {
      build_filters();
      passing = everything.filter(passes);
      find_front();
      draw();
      update(false);
      document.getElementById('f-reset').focus();
    });
    const few = (c) => c.levels && c.levels.length <= 200;
    filters.replaceChildren(only_filter(),
      ...axes.filter(varied).map((c) => (!c.number ? word_filter(c)
        : few(c) ? slider_filter(c) : number_filter(c))),
      ...data.columns.filter((c) => c.role === 'metric' && !c.number && varied(c)).map(word_filter),
      ...main.map(number_filter), reset);
  };
  filters.addEventListener('submit', (event) => event.preventDefault());

  const filter_text = () => {
    const parts = [...words].filter(([, out]) => out.size > 0)
      .map(([c, out]) => `${label(c)} ${c.levels.filter((_, at) => !out.has(at)).join(' or ') || 'none'}`);
    for (const [c, [low, high]] of ranges) {
      const ends = [low > -Infinity ? `from ${written(c, low)}` : '',
        high < Infinity ? `to ${written(c, high)}` : ''];
      parts.push(`${label(c)} ${ends.join(' ').trim()}`);
    }
    if (state.only !== 'all') parts.push({ feasible: 'feasible',
      front: 'on the front of the sweep' }[state.only]);
    if (state.brush) parts.push('inside the rectangle');
    return parts.length > 0 ? `: ${parts.join(', ')}` : '';
  };

  // Table ---------------------------------------------------------------------------------------

  const status = make('p', { id: 'sweep-count', role: 'status' });
  const legend = make('ul', { className: 'key', 'aria-label': 'Points of the front with a letter' });
  const table = make('table', { id: 'sweep-table' });
  const pages = make('span', { id: 'sweep-page' });
  const point = { name: 'point', label: 'point', number: true, role: 'point', numbers: Float64Array.from(data.points) };
  const on_front = { name: 'front', label: 'front', number: true, role: 'front',
    numbers: Float64Array.from(data.states, (s) => (Number(s) === FRONT ? 1 : 0)) };
  const feasible = { name: 'feasible', label: 'feasible', number: true, role: 'front',
    numbers: Float64Array.from(data.states, (s) => (Number(s) === BROKEN ? 0 : 1)) };
  const marks = data.states.includes('0') ? [feasible, on_front] : [on_front];
  const shown_columns = () => [point, ...new Set([...axes, ...main, state.x, state.y,
    ...(state.colour.role === 'metric' ? [state.colour] : [])]), ...marks];

  const sorted = () => {
    const { column, down } = state.sort;
    const sign = down ? -1 : 1;
    const by = column.number
      ? (a, b) => sign * (column.numbers[a] - column.numbers[b]) ||
          Number.isNaN(column.numbers[a]) - Number.isNaN(column.numbers[b])
      : (a, b) => sign * String(column.at(a)).localeCompare(String(column.at(b)));
    // Until somebody asks for an order, what is out of the question comes last.
    const first = (i) => (state.sort.usual ? feasible.numbers[i] : 0);
    return [...chosen].sort((a, b) => first(b) - first(a) || by(a, b) || a - b);
  };

  const header = (c) => {
    const button = make('button', { type: 'button' }, label(c));
    button.addEventListener('click', () => {
      const { column, down } = state.sort;
      // First the better end, then the other.
      state.sort = { column: c, down: column === c ? !down : c.better === 1 || marks.includes(c) };
      state.page = 0;
      fill_table();
      table.querySelector('[aria-sort] button').focus();
    });
    const cell = make('th', { scope: 'col', className: c.number ? 'n' : '' }, button);
    if (c === state.sort.column) {
      cell.setAttribute('aria-sort', state.sort.down ? 'descending' : 'ascending');
    }
    return cell;
  };

  const row_of = (i, columns) => {
    const cells = columns.slice(1).map((c) => make('td', { className: c.number ? 'n' : '' },
      c === on_front ? (c.numbers[i] ? '\u2605' : '')
        : c === feasible ? (c.numbers[i] ? 'yes' : 'no') : shown(c, i)));
    const button = make('button', { type: 'button', 'aria-label': `point ${data.points[i]}, show` },
      String(data.points[i]));
    button.addEventListener('click', () => select(i));
    const row = make('tr', {}, make('th', { scope: 'row', className: 'n' }, button), ...cells);
    if (i === state.selected) row.setAttribute('aria-current', 'true');
    return row;
  };

  const fill_table = () => {
    const last = Math.max(0, Math.ceil(chosen.length / PAGE) - 1);
    state.page = Math.min(state.page, last);
    const columns = shown_columns();
    const begin = state.page * PAGE;
    const lines = sorted().slice(begin, begin + PAGE);
    table.replaceChildren(make('caption', {}, `Points that pass, by ${label(state.sort.column)}`),
      make('thead', {}, make('tr', {}, ...columns.map(header))),
      make('tbody', {}, ...lines.map((i) => row_of(i, columns))));
    const end = begin + lines.length;
    pages.textContent = chosen.length > 0 ? `${begin + 1} to ${end} of ${chosen.length}` : 'none';
    before.disabled = state.page === 0;
    after.disabled = state.page === last;
  };

  const turn = (by) => () => { state.page += by; fill_table(); };
  const before = make('button', { type: 'button', id: 'sweep-before' }, 'Previous');
  const after = make('button', { type: 'button', id: 'sweep-after' }, 'Next');
  before.addEventListener('click', turn(-1));
  after.addEventListener('click', turn(1));

  const csv = () => {
    const quoted = (value) => {
      const text = String(value ?? '');
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const head = ['point', 'feasible', 'pareto', ...data.columns.map((c) => c.name)];
    const lines = sorted().map((i) => [data.points[i], Number(data.states[i]) === BROKEN ? 0 : 1,
      on_front.numbers[i], ...data.columns.map((c) => (c.number ? c.at(i) : setting(c, i)))]);
    return [head, ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
  };
  const file = make('button', { type: 'button', id: 'sweep-csv' }, 'Download as CSV');
  file.addEventListener('click', () => page.download(csv(), 'text/csv', document.title, 'csv'));

  // One point -----------------------------------------------------------------------------------

  const detail = make('div', { id: 'sweep-point', 'aria-live': 'polite' });
  const quote = (word) => (/^[\w.,:=/+@%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  const commands = (i) => {
    const out = [['From the results', ['tritsim', 'run', '--from', data.file, '--point',
      String(data.points[i])]]];
    if (data.command.length > 0) {
      const values = axes.flatMap((c) => c.flags.flatMap(([option, start]) =>
        [option, start + setting(c, i)]));
      out.unshift(['From the files of the sweep', [...data.command, ...values]]);
    }
    return out.map(([text, line]) => [text, line.map(quote).join(' ')]);
  };

  const select = (i) => {
    state.selected = i;
    const lines = commands(i).map(([text, line]) => {
      const button = make('button', { type: 'button', className: 'copy-command' }, 'Copy');
      button.addEventListener('click', async () => {
        await page.copy(line);
        page.say(button, 'Copied');
      });
      return make('div', { className: 'command' }, make('p', {}, `${text}: `, button),
        make('pre', { tabIndex: 0, 'aria-label': text }, make('code', {}, line)));
    });
    const values = data.columns.map((c) => make('tr', {},
      make('th', { scope: 'row' }, label(c)), make('td', {}, shown(c, i))));
    const out = feasible.numbers[i] ? [] : [make('p', {},
      'Not feasible: it does not fit the device, or breaks a requirement.')];
    detail.replaceChildren(make('h3', {}, `Point ${data.points[i]}`), ...out, ...lines,
      make('details', {}, make('summary', {}, 'All its figures'),
        make('table', {}, make('caption', {}, `Point ${data.points[i]}`), make('tbody', {}, ...values))));
    fill_table();
    redraw();
    detail.scrollIntoView({ block: 'nearest' });
  };

  // What changes what ---------------------------------------------------------------------------

  const everything = data.points.map((_, i) => i);
  const find_front = () => {
    front = front_of(passing);
    lettered = lettered_of(front);
    describe();
  };
  const update = (filtered = true) => {
    if (filtered) {
      passing = everything.filter(passes);
      find_front();
      redraw();
    }
    chosen = state.brush ? passing.filter(in_brush) : passing;
    status.textContent = `${chosen.length} of ${total} points pass${filter_text()}`;
    state.page = 0;
    fill_table();
  };
  // Once a frame, however fast a slider moves.
  let due = 0;
  let due_filtered = false;
  const later = (filtered) => {
    due_filtered ||= filtered;
    if (due) return;
    due = requestAnimationFrame(() => {
      due = 0;
      update(due_filtered);
      due_filtered = false;
    });
  };
  const choose = (change) => {
    change();
    find_front();
    draw();
    update(false);
  };

  const logarithmic = (which) => {
    const box = switcher(`sweep-${which}-log`, 'logarithmic', false,
      (on) => choose(() => { state[`${which}_log`] = on; }));
    const input = box.querySelector('input');
    const allow = () => {
      input.disabled = !(state[which].low > 0);
      if (input.disabled) input.checked = state[`${which}_log`] = false;
    };
    allow();
    return { box, allow };
  };
  const logs = { x: logarithmic('x'), y: logarithmic('y') };
  const axis_chooser = (which, text) => chooser(`sweep-${which}`, text, numeric, state[which],
    (c) => choose(() => { state[which] = c; logs[which].allow(); }));
  const controls = make('div', { className: 'controls' },
    make('span', {}, axis_chooser('y', 'Vertical axis'), ' ', logs.y.box),
    make('span', {}, axis_chooser('x', 'Horizontal axis'), ' ', logs.x.box),
    chooser('sweep-colour', 'Coloured by', colours, state.colour,
      (c) => choose(() => { state.colour = c; })));

  figure.querySelector('.vega').after(legend);
  root.prepend(controls, filters);
  const shown_together = make('div');  // what is chosen in the picture is told below it
  figure.replaceWith(shown_together);
  shown_together.append(figure, detail);
  root.append(make('div', { className: 'points' }, status,
    make('div', { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Table of points' },
      table),
    make('p', { className: 'actions pager' }, before, pages, after, file)));

  build_filters();
  passing = everything.filter(passes);
  find_front();
  draw();
  update(false);
  page.connect(figure, paper_specification);
  dark.addEventListener('change', () => { draw(); update(false); });
  addEventListener('beforeprint', () => draw(true));
  addEventListener('afterprint', () => { draw(); update(false); });
  let width = picture.clientWidth;
  new ResizeObserver(() => {
    if (picture.clientWidth === width || matchMedia('print').matches) return;
    width = picture.clientWidth;
    draw();
    update(false);
  }).observe(picture);
  figure.dataset.drawn = 'yes';
})();
