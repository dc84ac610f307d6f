/* The heap over a session. A phase's width is its share of the instructions, or NARROWEST if that is less. */

const NARROWEST = .07;
const MARGIN = {left: 52, right: 8, top: 42, bottom: 28};

/* The step of the grid, so that there are two to six lines. */
function gridStep(most) {
    const unit = Math.pow(10, Math.floor(Math.log10(most)));
    return [.2, .5, 1, 2].map(factor => factor * unit).find(step => most / step <= 6);
}

const svgText = (x, y, text, attributes) => '<text x="' + x + '" y="' + y + '" ' + (attributes || '') + '>' +
    text.replace(/[&<>"]/g, mark => '&#' + mark.charCodeAt(0) + ';') + '</text>';

/* [{name, length, x, wide}] and, of their steps, [{x, end, heap, phase, at}]. */
function layOut(phases, width) {
    const total = phases.reduce((all, phase) => all + phase.length, 0);
    const shares = phases.map(phase => Math.max(phase.length / total, NARROWEST));
    const unit = (width - MARGIN.left - MARGIN.right) / shares.reduce((all, share) => all + share, 0);
    const bands = [], points = [];
    let x = MARGIN.left, start = 0;
    phases.forEach((phase, i) => {
        const wide = unit * shares[i], steps = phase.heap.length;
        bands.push({name: phase.name, length: phase.length, x: x, wide: wide});
        phase.heap.forEach((heap, k) => points.push({x: x + wide * k / steps, end: x + wide * (k + 1) / steps,
                                                     heap: heap, phase: phase.name,
                                                     at: start + phase.length * k / steps}));
        x += wide;
        start += phase.length;
    });
    return {bands: bands, points: points, total: total};
}

function bandPieces(bands, floor) {
    return bands.flatMap(({name, length, x, wide}, i) => {
        const fits = wide > 8 + 8 * (name.length + 2);
        return [i % 2 ? '' : '<rect class="band" x="' + x + '" y="0" width="' + wide + '" height="' + floor + '"/>',
                svgText(x + 4, 16, (i + 1) + (fits ? ' ' + name : '')),
                wide > 50 ? svgText(x + 4, 31, millions(length), 'class="axis"') : ''];
    });
}

function gridPieces(ceiling, step, y, right) {
    const pieces = [];
    for (let value = 0; value <= ceiling; value += step) {
        pieces.push('<line class="grid" x1="' + MARGIN.left + '" x2="' + right + '" y1="' + y(value) + '" y2="' +
                    y(value) + '"/>',
                    svgText(MARGIN.left - 6, y(value) + 4, shown(value), 'class="axis" text-anchor="end"'));
    }
    return pieces;
}

function linePieces(points, y) {
    const line = points.map(one => 'L' + one.x.toFixed(1) + ',' + y(one.heap).toFixed(1) +
                                   'L' + one.end.toFixed(1) + ',' + y(one.heap).toFixed(1)).join('');
    const end = points[points.length - 1].end;
    return ['<path class="area" d="M' + MARGIN.left + ',' + y(0) + line + 'L' + end + ',' + y(0) + 'Z"/>'];
}

function drawHeap(row) {
    $('time').replaceChildren();
    $('reading').textContent = '';
    if (!row.phases.length) return;
    const width = Math.max($('time').clientWidth, 300), height = Math.min(420, Math.max(260, width * .32));
    const floor = height - MARGIN.bottom, right = width - MARGIN.right;
    const most = Math.max(1, ...row.phases.flatMap(phase => phase.heap));
    const step = gridStep(most), ceiling = Math.ceil(most * 1.08 / step) * step;
    const y = value => floor - (floor - MARGIN.top) * value / ceiling;
    const {bands, points, total} = layOut(row.phases, width);
    const pieces = [
        ...bandPieces(bands, floor), ...gridPieces(ceiling, step, y, right), ...linePieces(points, y),
        '<path class="mark" d="M' + MARGIN.left + ',' + y(row.heap_peak) + 'H' + right + '"/>',
        svgText(right - 4, y(row.heap_peak) - 5, 'peak ' + shown(row.heap_peak), 'text-anchor="end"'),
        svgText(MARGIN.left, height - 8, 'instructions, 0 to ' + (total / 1e6).toFixed(1) + ' million', 'class="axis"'),
        '<line class="cursor" id="cursor" y1="' + MARGIN.top + '" y2="' + floor + '" visibility="hidden"/>'];
    $('time').innerHTML = '<svg viewBox="0 0 ' + width + ' ' + height + '" tabindex="0" role="img">' +
        pieces.join('') + '</svg>';
    const svg = $('time').firstChild;
    svg.setAttribute('aria-label', 'Heap of ' + row.name + ' over a session: peak ' + shown(row.heap_peak) +
                     ' bytes, once connected ' + shown(row.heap_after) + ' bytes. Arrow keys read it step by step.');
    readWith(svg, points, width);
}

/* The pointer or the arrow keys select a moment; the caption shows its heap. */
function readWith(svg, points, width) {
    let index = -1;
    const read = which => {
        index = Math.min(Math.max(which, 0), points.length - 1);
        const {x, end, phase, at, heap} = points[index];
        for (const side of ['x1', 'x2']) $('cursor').setAttribute(side, (x + end) / 2);
        $('cursor').setAttribute('visibility', 'visible');
        $('reading').textContent = phase + ', ' + millions(at) + ' instructions: ' + shown(heap) + ' bytes';
    };
    svg.addEventListener('pointermove', event => {
        const box = svg.getBoundingClientRect();
        const x = (event.clientX - box.left) * width / box.width;
        const found = points.findIndex(one => x < one.end);
        read(found < 0 ? points.length - 1 : found);
    });
    svg.addEventListener('keydown', event => {
        const by = {ArrowRight: 1, ArrowLeft: -1, PageDown: 20, PageUp: -20}[event.key];
        if (by) { read(index + by); event.preventDefault(); }
    });
}
