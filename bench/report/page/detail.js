/* One row: its figures, treemap, heap and tables; and the page's start. */

const FIGURES = [['rom', 'ROM, bytes'], ['static', 'static RAM, bytes'], ['heap_peak', 'heap peak, bytes'],
                 ['heap_after', 'heap once connected'], ['stack', 'stack, bytes'],
                 ['minsn_handshake', 'handshake, Minsn'], ['insn_per_byte', 'insn per byte']];
let current = null;                     /* the row */

function drawFigures(row) {
    $('figures').replaceChildren(...FIGURES.map(([key, title]) => {
        const change = row.changes[key];
        const note = element('span', {class: 'small ' + (change ? (change.up ? 'worse' : 'better') : '')},
                             change ? change.text : row.recorded ? 'as recorded' : 'no record');
        return element('div', {}, element('dt', {}, title), element('dd', {}, figure(row, key), note));
    }));
    $('about').textContent = [row.title, row.engine, row.suite].filter(Boolean).join('; ');
    $('error').hidden = row.verified;
    $('error').textContent = row.verified ? '' : 'This row does not count: ' + row.error;
}

function select(name) {
    current = data.rows.find(row => row.name === name) || data.rows[0];
    opened = null;
    $('row').value = current.name;
    drawFigures(current);
    drawParts();
    drawMap(false);
    drawHeap(current);
    fill('phases', current.phases.map((phase, i) =>
        [headCell((i + 1) + ' ' + phase.name), numberCell(phase.length), numberCell(Math.max(...phase.heap))]));
    fill('holders', current.holders.map(([callers, blocks, size]) =>
        [headCell(callers), numberCell(blocks), numberCell(size)]));
}

function startDetail() {
    const groups = new Map();
    for (const {name, client, title} of data.rows) {
        if (!groups.has(client)) groups.set(client, element('optgroup', {label: client + ': ' + title}));
        groups.get(client).append(element('option', {value: name}, name));
    }
    $('row').append(...groups.values());
    $('row').addEventListener('change', () => select($('row').value));
    document.addEventListener('click', event => {
        const link = event.target.closest('a[data-row]');
        if (link) select(link.dataset.row);
    });
    select('');
    let width = innerWidth;
    addEventListener('resize', () => {
        if (innerWidth !== width) { width = innerWidth; drawMap(false); drawHeap(current); }
    });
}

startCompared();
startMap();
startDetail();
