/* The figures and shared helpers. All scripts of this folder are joined into one function. */
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const $ = id => document.getElementById(id);

function element(tag, attributes, ...content) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
        if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
    }
    made.append(...content);
    return made;
}

function shown(value, digits) {
    if (value === null || value === undefined) return '–';
    return value.toLocaleString('en-US', {minimumFractionDigits: digits, maximumFractionDigits: digits});
}

/* Counts of instructions come with a fraction, all others are bytes. */
const figure = (row, key) => shown(row[key], key.includes('insn') ? 1 : 0);
const percent = (part, whole) => (100 * part / whole).toFixed(1) + ' %';
const millions = count => (count / 1e6).toFixed(2) + ' M';
const numberCell = value => element('td', {class: 'number'}, shown(value));
const headCell = text => element('th', {scope: 'row'}, text);

function fill(table, lines) {
    $(table).tBodies[0].replaceChildren(...lines.map(cells => element('tr', {}, ...cells)));
}
