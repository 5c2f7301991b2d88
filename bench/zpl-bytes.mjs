/* Bytes of a label as ZPL, ours beside the npm converters', for the same picture.
 *
 *   NODE_PATH=… node bench/zpl-bytes.mjs DOTS-TO-ZPL picture.png|picture.pbm…
 *
 * A PNG of one bit a pixel (tuck preview --format dots) or a PBM (P4). Converters that
 * are not installed are left out: zpl-image, @replytechnologies/zpl-image-convert, jszpl.
 * What they give is counted with the same settings around it. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import zlib from 'node:zlib';

const require = createRequire(import.meta.url);

function load(name) {
    const paths = (process.env.NODE_PATH || '').split(':').filter(Boolean);
    try {
        return require(require.resolve(name, { paths: [...paths, process.cwd()] }));
    } catch {
        return null;
    }
}

/* ---- pictures: { width, height, stride, bits }, 1 is black ---- */

function readPbm(bytes) {
    const head = /^P4\s+(\d+)\s+(\d+)\s/.exec(bytes.subarray(0, 40).toString('latin1'));
    const [width, height] = [Number(head[1]), Number(head[2])];
    return { width, height, stride: (width + 7) >> 3, bits: bytes.subarray(head[0].length) };
}

function paeth(a, b, c) {
    const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
    return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

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
    if (depth !== 1 || (type !== 0 && type !== 3))
        throw new Error('not a PNG of one bit a pixel');
    const stride = (width + 7) >> 3, raw = zlib.inflateSync(Buffer.concat(chunks));
    const bits = Buffer.alloc(stride * height);
    for (let y = 0; y < height; y++) {
        const filter = raw[y * (stride + 1)];
        for (let i = 0; i < stride; i++) {
            const left = i ? bits[y * stride + i - 1] : 0;
            const up = y ? bits[(y - 1) * stride + i] : 0;
            const corner = i && y ? bits[(y - 1) * stride + i - 1] : 0;
            const add = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
            bits[y * stride + i] = raw[y * (stride + 1) + 1 + i] + add;
        }
    }
    for (let i = 0; i < bits.length; i++) /* grey: 0 is black */
        bits[i] ^= 0xff;
    if (width % 8)
        for (let y = 1; y <= height; y++)
            bits[y * stride - 1] &= 0xff << (8 - width % 8);
    return { width, height, stride, bits };
}

function isBlack(picture, x, y) {
    return picture.bits[y * picture.stride + (x >> 3)] >> (7 - (x & 7)) & 1;
}

function rgbaOf(picture) {
    const rgba = Buffer.alloc(picture.width * picture.height * 4, 255);
    for (let y = 0; y < picture.height; y++)
        for (let x = 0; x < picture.width; x++)
            if (isBlack(picture, x, y))
                rgba.fill(0, (y * picture.width + x) * 4, (y * picture.width + x) * 4 + 3);
    return rgba;
}

/* ---- converters ---- */

function ours(program, picture, codings) {
    const head = Buffer.from(`P4 ${picture.width} ${picture.height}\n`);
    return execFileSync(program, [String(codings)],
        { input: Buffer.concat([head, picture.bits]), maxBuffer: 1 << 26 }).length;
}

function around(picture, field) {
    return `^XA^PW${picture.width}^LL${picture.height}^LH0,0^PON^FO0,0${field}^XZ\n`.length;
}

const zplImage = load('zpl-image');
const reply = load('@replytechnologies/zpl-image-convert');
const jszpl = load('jszpl');

function byZplImage(picture, kind) {
    const rgba = rgbaOf(picture);
    const made = kind === 'z64' ? zplImage.rgbaToZ64(rgba, picture.width)
        : zplImage.rgbaToACS(rgba, picture.width);
    const data = made[kind];
    return around(picture,
        `^GFA,${made.length},${made.length},${made.rowlen},${data}^FS`);
}

async function byReply(picture, method) {
    const image = {
        bitmap: { width: picture.width, height: picture.height },
        getPixelColor: (x, y) => isBlack(picture, x, y) ? 0x000000ff : 0xffffffff,
    };
    return around(picture, await reply.encode(image, { method }));
}

function byJszpl(picture) {
    let hex = '';
    for (let y = 0; y < picture.height; y++)
        hex += picture.bits.toString('hex', y * picture.stride, (y + 1) * picture.stride)
            .toUpperCase() + '\n';
    const n = picture.bits.length;
    return around(picture,
        `^GFA,${n},${n},${picture.stride},${jszpl.encodeHexAscii(hex)}^FS`);
}

const [program, ...files] = process.argv.slice(2);
const columns = [
    ['tuck hex', (p) => ours(program, p, 1)],
    ['tuck packed', (p) => ours(program, p, 2)],
    ['tuck Z64', (p) => ours(program, p, 7)],
    ['zpl-image packed', zplImage && ((p) => byZplImage(p, 'acs'))],
    ['zpl-image Z64', zplImage && ((p) => byZplImage(p, 'z64'))],
    ['reply packed', reply && ((p) => byReply(p, 'ASCII'))],
    ['reply Z64', reply && ((p) => byReply(p, 'Z64'))],
    ['jszpl packed', jszpl && jszpl.encodeHexAscii && byJszpl],
].filter((column) => column[1]);

console.log(['picture', 'dots', ...columns.map((column) => column[0])].join('\t'));
for (const file of files) {
    const bytes = fs.readFileSync(file);
    const picture = bytes[0] === 0x50 ? readPbm(bytes) : readPng(bytes);
    const row = [path.basename(file), `${picture.width}x${picture.height}`];
    for (const column of columns)
        row.push(await column[1](picture));
    console.log(row.join('\t'));
}
