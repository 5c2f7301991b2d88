/* Draws ZPL with somebody else's renderer and compares the picture with our dots.
 *
 *   node zpl-renderer.mjs FOLDER      NAME.zpl, NAME-0.pbm …, NAME.txt (zpl-samples.c)
 *   node zpl-renderer.mjs --has       0 when the renderer is there, else 77
 *
 * Beside each NAME.zpl it leaves NAME-0.png … as drawn, for scanners. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import zlib from 'node:zlib';

const require = createRequire(import.meta.url);

async function renderer() {
    const paths = (process.env.NODE_PATH || '').split(':').filter(Boolean);
    let found;
    try {
        found = require(require.resolve('zpl-renderer-js', { paths: [...paths, process.cwd()] }));
    } catch {
        console.log('SKIP: zpl-renderer-js is not installed');
        process.exit(77);
    }
    return (await found.ready).api;
}

function readPbm(file) {
    const bytes = fs.readFileSync(file);
    const head = /^P4 (\d+) (\d+)\n/.exec(bytes.subarray(0, 40).toString('latin1'));
    const [width, height] = [Number(head[1]), Number(head[2])], stride = (width + 7) >> 3;
    const bits = bytes.subarray(head[0].length);
    return { width, height, at: (x, y) => bits[y * stride + (x >> 3)] >> (7 - (x & 7)) & 1 };
}

/* Eight bits of grey, which is what the renderer makes. */
function readPng(bytes) {
    const chunks = [];
    let [width, height, depth, type] = [0, 0, 0, 0];
    for (let at = 8; at < bytes.length;) {
        const n = bytes.readUInt32BE(at), name = bytes.toString('latin1', at + 4, at + 8);
        const data = bytes.subarray(at + 8, at + 8 + n);
        if (name === 'IHDR')
            [width, height, depth, type] =
                [data.readUInt32BE(0), data.readUInt32BE(4), data[8], data[9]];
        if (name === 'IDAT')
            chunks.push(data);
        at += n + 12;
    }
    if (depth !== 8 || type !== 0)
        throw new Error(`a PNG of type ${type} with ${depth} bits`);
    const raw = zlib.inflateSync(Buffer.concat(chunks)), grey = Buffer.alloc(width * height);
    for (let y = 0; y < height; y++) {
        const filter = raw[y * (width + 1)];
        for (let x = 0; x < width; x++) {
            const left = x ? grey[y * width + x - 1] : 0;
            const up = y ? grey[(y - 1) * width + x] : 0;
            const corner = x && y ? grey[(y - 1) * width + x - 1] : 0;
            const [pa, pb, pc] = [Math.abs(up - corner), Math.abs(left - corner),
                Math.abs(left + up - 2 * corner)];
            const paeth = pa <= pb && pa <= pc ? left : pb <= pc ? up : corner;
            grey[y * width + x] = raw[y * (width + 1) + 1 + x] +
                [0, left, up, (left + up) >> 1, paeth][filter];
        }
    }
    return { width, height, at: (x, y) => grey[y * width + x] < 128 ? 1 : 0 };
}

function readNotes(file) {
    const notes = { dpmm: 8, others: [] };
    for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
        const words = line.split(' ');
        if (words[0] === 'dpmm')
            notes.dpmm = Number(words[1]);
        if (words[0] === 'other')
            notes.others.push(words.slice(1).map(Number));
    }
    return notes;
}

/* How many dots differ, and where the first does. */
function compare(ours, theirs, others) {
    let count = 0, first = null;
    for (let y = 0; y < ours.height; y++)
        for (let x = 0; x < ours.width; x++) {
            if (ours.at(x, y) === theirs.at(x, y) ||
                others.some(([ox, oy, w, h]) => x >= ox && x < ox + w && y >= oy && y < oy + h))
                continue;
            first ??= `${x},${y}`;
            count++;
        }
    return { count, first };
}

const api = await renderer();
const folder = process.argv[2];
if (folder === '--has')
    process.exit(0);
let bad = 0, compared = 0;
for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.zpl')).sort()) {
    const name = path.join(folder, path.basename(file, '.zpl'));
    const notes = readNotes(`${name}.txt`);
    const count = fs.readdirSync(folder)
        .filter((other) => new RegExp(`^${path.basename(name)}-\\d+\\.pbm$`).test(other)).length;
    const size = readPbm(`${name}-0.pbm`);
    const labels = await api.zplToBase64MultipleAsync(fs.readFileSync(`${name}.zpl`, 'utf8'),
        size.width / notes.dpmm, size.height / notes.dpmm, notes.dpmm);
    if (labels.length !== count) {
        console.log(`FAIL: ${file}: ${labels.length} labels were drawn, not ${count}`);
        bad++;
    }
    labels.slice(0, count).forEach((label, i) => {
        const png = Buffer.from(label, 'base64');
        fs.writeFileSync(`${name}-${i}.png`, png);
        const ours = readPbm(`${name}-${i}.pbm`), theirs = readPng(png);
        const size = `${theirs.width}x${theirs.height}`;
        const { count, first } = compare(ours, theirs, i ? [] : notes.others);
        compared++;
        if (size === `${ours.width}x${ours.height}` && count === 0)
            return;
        console.log(`FAIL: ${file} label ${i}: ${size}, ${count} dots differ, first ${first}`);
        bad++;
    });
}
console.log(`${compared} labels drawn, ${bad} differ`);
process.exit(bad || !compared ? 1 : 0);
