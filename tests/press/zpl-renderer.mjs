/* Draws ZPL with somebody else's renderer and compares the picture with our dots.
 *
 *   node zpl-renderer.mjs FOLDER      looks at each NAME.zpl
 *   node zpl-renderer.mjs --has       0 when the renderer is there, else 77
 *
 * The dots of its labels are NAME-0.pbm or NAME-0.dots.png, NAME-1…; NAME.dpmm has the
 * dots to a millimetre if not 8. It leaves NAME-0.png … as drawn, for scanners. */
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

/* One bit or eight bits of grey: ours and the renderer's. */
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
    if (type !== 0 || (depth !== 1 && depth !== 8))
        throw new Error(`a PNG of type ${type} with ${depth} bits`);
    const stride = (width * depth + 7) >> 3, raw = zlib.inflateSync(Buffer.concat(chunks));
    const rows = Buffer.alloc(stride * height);
    for (let y = 0; y < height; y++) {
        const filter = raw[y * (stride + 1)];
        for (let x = 0; x < stride; x++) {
            const left = x ? rows[y * stride + x - 1] : 0;
            const up = y ? rows[(y - 1) * stride + x] : 0;
            const corner = x && y ? rows[(y - 1) * stride + x - 1] : 0;
            const [pa, pb, pc] = [Math.abs(up - corner), Math.abs(left - corner),
                Math.abs(left + up - 2 * corner)];
            const paeth = pa <= pb && pa <= pc ? left : pb <= pc ? up : corner;
            rows[y * stride + x] = raw[y * (stride + 1) + 1 + x] +
                [0, left, up, (left + up) >> 1, paeth][filter];
        }
    }
    const at = depth === 8 ? (x, y) => rows[y * stride + x] < 128 ? 1 : 0
        : (x, y) => 1 - (rows[y * stride + (x >> 3)] >> (7 - (x & 7)) & 1);
    return { width, height, at };
}

function readDots(name) {
    return fs.existsSync(`${name}.pbm`) ? readPbm(`${name}.pbm`)
        : readPng(fs.readFileSync(`${name}.dots.png`));
}

/* Where the renderer draws by itself, and otherwise than told: it switches the subsets of
 * Code 128 once more than it should (longer bars), and mixes encodations of Data Matrix
 * and QR in its own way. The scanners look at those. */
function othersOf(zpl) {
    const others = [];
    for (const field of zpl.split('^FO').slice(1)) {
        const [x, y] = field.split('^')[0].split(',').map(Number);
        const matrix = /\^BX.,(\d+),200,(\d+),/.exec(field);
        const bars = /\^BY(\d+)\^BC(.),(\d+),N.*\^FD(.*?)\^FS/.exec(field);
        const qr = /\^BQN,2,(\d+),/.exec(field);
        if (matrix)
            others.push([x, y, matrix[1] * matrix[2], matrix[1] * matrix[2]]);
        if (qr) { /* but for the corner that tells its place; version 20 has 97 modules */
            const corner = qr[1] * 7 + 1, side = qr[1] * 97;
            others.push([x + corner, y, side, side], [x, y + corner, corner, side]);
        }
        if (bars && /> ?[56]/.test(bars[4])) {
            const long = bars[1] * 11 * 2 * (bars[4].length + 4), high = Number(bars[3]);
            others.push('NI'.includes(bars[2]) ? [x, y, long, high] : [x, y, high, long]);
        }
    }
    return others;
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

/* Millimetres, and dots to one. */
function sizeOf(name) {
    const dots = readDots(`${name}-0`);
    const dpmm = fs.existsSync(`${name}.dpmm`) ? Number(fs.readFileSync(`${name}.dpmm`)) : 8;
    return [dots.width / dpmm, dots.height / dpmm, dpmm];
}

const api = await renderer();
const folder = process.argv[2];
if (folder === '--has')
    process.exit(0);
let bad = 0, compared = 0;
for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.zpl')).sort()) {
    const name = path.join(folder, path.basename(file, '.zpl'));
    const zpl = fs.readFileSync(`${name}.zpl`, 'utf8');
    const labels = await api.zplToBase64MultipleAsync(zpl, ...sizeOf(name));
    const others = othersOf(zpl), count = zpl.split('^XA').length - zpl.split('^DF').length;
    if (labels.length !== count) {
        console.log(`FAIL: ${file}: ${labels.length} labels were drawn, not ${count}`);
        bad++;
    }
    labels.slice(0, count).forEach((label, i) => {
        const png = Buffer.from(label, 'base64');
        fs.writeFileSync(`${name}-${i}.png`, png);
        const ours = readDots(`${name}-${i}`), theirs = readPng(png);
        const size = `${theirs.width}x${theirs.height}`;
        const { count, first } = compare(ours, theirs, others);
        compared++;
        if (size === `${ours.width}x${ours.height}` && count === 0)
            return;
        console.log(`FAIL: ${file} label ${i}: ${size}, ${count} dots differ, first ${first}`);
        bad++;
    });
}
console.log(`${compared} labels drawn, ${bad} differ`);
process.exit(bad || !compared ? 1 : 0);
