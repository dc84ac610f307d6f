/* The treemap of an image's ROM: layers of objects, an object's functions and tables inside it. */

const LABEL = 18;                       /* height of a line of text */
let opened = null;                      /* the object that fills the map */

const short = name => name.replace(/^mbedtls_/, '');        /* on a tile, where room is scarce */
const sum = items => items.reduce((total, item) => total + item.size, 0);

/* Rectangles of about square shape for sizes in falling order, after Bruls, Huizing and van Wijk. */
function squarify(items, x, y, width, height) {
    const total = sum(items);
    const found = [];
    if (total <= 0 || width <= 0 || height <= 0) return found;
    const scale = width * height / total;
    const worst = (area, least, largest, side) =>
        Math.max(side * side * largest / (area * area), area * area / (side * side * least));
    let at = 0;
    while (at < items.length) {
        const across = width >= height;
        const side = Math.min(width, height);
        let area = 0, end = at, ratio = Infinity;
        for (; end < items.length; end++) {
            const one = items[end].size * scale;
            const next = worst(area + one, one, items[at].size * scale, side);
            if (next > ratio) break;
            ratio = next;
            area += one;
        }
        const depth = Math.min(area / side, across ? width : height);
        for (let along = 0; at < end; at++) {
            const length = items[at].size * scale / depth;
            found.push(across ? {item: items[at], x: x, y: y + along, width: depth, height: length}
                              : {item: items[at], x: x + along, y: y, width: length, height: depth});
            along += length;
        }
        if (across) { x += depth; width -= depth; } else { y += depth; height -= depth; }
    }
    return found;
}

const place = box => 'left:' + box.x + 'px;top:' + box.y + 'px;width:' + box.width + 'px;height:' + box.height + 'px';

function partBoxes(object, x, y, width, height) {
    return squarify(object.parts.map(([name, size, kind]) => ({name, size, kind})), x, y, width, height);
}

function objectTile(box, rom) {
    const {name, layer, size} = box.item;
    const words = name + ', ' + shown(size) + ' bytes, ' + percent(size, rom);
    const tile = element('button', {type: 'button', class: 'tile ' + layer, style: place(box), tabindex: '-1',
                                    'data-name': name, 'aria-label': words, title: words});
    tile.addEventListener('click', () => { opened = name; drawMap(true); });
    if (box.height < LABEL || box.width < 24) return tile;
    tile.append(element('span', {class: 'label'}, name + ' ', element('b', {}, shown(size))));
    for (const part of partBoxes(box.item, 2, LABEL, box.width - 6, box.height - LABEL - 4)) {
        if (part.width < 4 || part.height < 4) continue;
        tile.append(element('span', {class: 'inner', style: place(part), 'aria-hidden': 'true'},
                            part.height >= 14 && part.width >= 34 ? short(part.item.name) : ''));
    }
    return tile;
}

function partTile(box, object, rom) {
    const {name, size, kind} = box.item;
    const words = name + ', ' + kind + ', ' + shown(size) + ' bytes, ' + percent(size, rom) + ' of all';
    const tile = element('div', {class: 'tile ' + object.layer, style: place(box), tabindex: '-1', role: 'img',
                                 'aria-label': words, title: words});
    if (box.height >= LABEL && box.width >= 30) {
        tile.append(element('div', {}, short(name)), box.height >= 2 * LABEL ? element('div', {}, shown(size)) : '');
    }
    return tile;
}

/* [{id, title, size, objects}] of those layers that an image has. */
function layersOf(image) {
    const layers = data.layers.map(layer => ({...layer, objects: image.objects.filter(one => one.layer === layer.id)}));
    return layers.map(layer => ({...layer, size: sum(layer.objects)})).filter(layer => layer.size > 0);
}

function objectTiles(image, width, height) {
    return squarify(layersOf(image).sort((a, b) => b.size - a.size), 0, 0, width, height)
        .flatMap(box => squarify(box.item.objects, box.x, box.y, box.width, box.height))
        .map(box => objectTile(box, image.rom));
}

function focusable(tile) {
    for (const one of $('map').children) one.tabIndex = one === tile ? 0 : -1;
}

function drawMap(withFocus) {
    const image = data.images[current.image];
    const object = image && image.objects.find(one => one.name === opened);
    const width = $('map').clientWidth, height = $('map').clientHeight;
    $('back').hidden = !object;
    $('where').textContent = !image ? 'no figures' : !object ? shown(image.rom) + ' bytes'
        : object.name + ': ' + shown(object.size) + ' bytes, ' + percent(object.size, image.rom);
    $('rest').textContent = image ? 'Not drawn: ' + shown(image.rest) + ' bytes, which are gaps less what the empty ' +
        'image holds in the place of the client.' : '';
    $('map').replaceChildren(...(
        !image ? [] : !object ? objectTiles(image, width, height)
            : partBoxes(object, 0, 0, width, height).map(box => partTile(box, object, image.rom))));
    focusable($('map').firstChild);
    if (withFocus) $('map').firstChild.focus();
}

function closeObject() {
    const was = opened;
    opened = null;
    drawMap(false);
    const tile = [...$('map').children].find(one => one.dataset.name === was);
    focusable(tile);
    tile.focus();
}

function drawParts() {
    const image = data.images[current.image];
    $('layers').replaceChildren(...(image ? layersOf(image) : []).map(layer => element(
        'li', {class: layer.id}, layer.title + ' ' + shown(layer.size) + ' (' + percent(layer.size, image.rom) + ')')));
    const parts = (image ? image.objects : []).flatMap(object => object.parts.map(part => [object.name, ...part]));
    parts.sort((a, b) => b[2] - a[2]);
    fill('largest', parts.slice(0, 40).map(([object, name, size]) =>
        [headCell(name), element('td', {}, object), numberCell(size)]));
}

function startMap() {
    $('back').addEventListener('click', closeObject);
    $('map').addEventListener('keydown', event => {
        const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
        const tiles = [...$('map').children];
        const next = tiles[tiles.indexOf(document.activeElement) + step];
        if (event.key === 'Escape' && opened) closeObject();
        if (step) event.preventDefault();
        if (step && next) {
            focusable(next);
            next.focus();
        }
    });
}
