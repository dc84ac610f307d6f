/* The result's image; the charts are those of the bench's report. */

let current = data.row;

function drawAll() {
    drawMap(false);
    drawHeap(current);
}

if (data.images[current.image]) {
    startMap();
    drawParts();
    drawAll();
    let width = innerWidth;
    addEventListener('resize', () => {
        if (innerWidth !== width) { width = innerWidth; drawAll(); }
    });
}
