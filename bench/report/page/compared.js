/* Bars: the clients beside each other, for one kind of server and one way of building. */

const METRICS = [['rom', 'ROM, bytes'], ['heap_peak', 'heap peak, bytes'], ['stack', 'stack, bytes'],
                 ['minsn_handshake', 'handshake, Minsn'], ['insn_per_byte', 'insn per byte']];
const compared = {chain: null, variant: null, sort: null};

function addChoices(id, key, texts) {
    const values = [...new Set(data.rows.map(row => row[key]))];
    compared[key] = values[0];
    for (const value of values) {
        const input = element('input', {type: 'radio', name: id, value: value, checked: value === values[0] && ''});
        input.addEventListener('change', () => { compared[key] = value; drawBars(); });
        $(id).append(element('label', {}, input, element('span', {}, texts[value] || value)));
    }
}

function comparedLines() {
    const known = data.rows.filter(row => row.chain === compared.chain && row.variant === compared.variant &&
                                          row.rom !== null);
    const lines = data.published.map(one => ({kind: 'published', ...one}))
        .concat(known.map(row => ({kind: row.peer ? 'peer' : 'ours', ...row})));
    const key = compared.sort;
    return key ? lines.sort((a, b) => (a[key] ?? Infinity) - (b[key] ?? Infinity)) : lines;
}

function barCell(line, key, title, most) {
    const cell = element('td', {'data-label': title});
    if (line[key] !== null && line[key] !== undefined) {
        cell.append(element('span', {class: 'value'}, figure(line, key)),
                    element('span', {class: 'bar', style: 'width:' + 100 * line[key] / (most || 1) + '%'}));
    }
    return cell;
}

function drawBars() {
    const lines = comparedLines();
    const most = Object.fromEntries(METRICS.map(([key]) => [key, Math.max(...lines.map(line => line[key] || 0))]));
    for (const [key] of METRICS) {
        $('by-' + key).setAttribute('aria-sort', compared.sort === key ? 'ascending' : 'none');
    }
    $('bars').tBodies[0].replaceChildren(...lines.map(line => {
        const name = headCell(line.title);
        if (line.kind !== 'published') name.append(element('span', {class: 'small'}, line.client + ', ' + line.engine));
        if (line.verified === false) name.append(element('span', {class: 'small wrong'}, 'not verified'));
        return element('tr', {class: line.kind}, name,
                       ...METRICS.map(([key, title]) => barCell(line, key, title, most[key])));
    }));
}

function startCompared() {
    const head = element('tr', {}, element('th', {scope: 'col'}, 'client'));
    for (const [key, title] of METRICS) {
        const button = element('button', {type: 'button', title: 'sort by ' + title}, title);
        button.addEventListener('click', () => { compared.sort = compared.sort === key ? null : key; drawBars(); });
        head.append(element('th', {scope: 'col', id: 'by-' + key}, button));
    }
    $('bars').tHead.append(head);
    addChoices('chains', 'chain', data.chains);
    addChoices('variants', 'variant', {});
    drawBars();
}
