import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { fixture } from '../../test/fixtures/media/contract.ts';
import { sniff } from './sniff.ts';

const ftyp = (...brands: string[]) => {
  const [major = '', ...others] = brands;
  const box = Buffer.from(`\0\0\0\0ftyp${major}\0\0\0\0${others.join('')}`, 'latin1');
  box.writeUInt32BE(box.length);
  return box;
};

it('knows every container by its first bytes', () => {
  const heads: [container: string, head: Buffer][] = [
    ['jpeg', Buffer.from('ffd8ffe0', 'hex')],
    ['png', Buffer.from('89504e470d0a1a0a', 'hex')],
    ['avif', ftyp('avif', 'mif1', 'miaf')],
    ['avif', ftyp('mif1', 'avif', 'miaf')],
    ['mp4', ftyp('isom', 'iso2', 'mp41')],
    ['mp4', ftyp('M4A ')],
    ['mp4', ftyp('3gp4')],
    ['quicktime', ftyp('qt  ')],
    ['quicktime', Buffer.from('\0\0\0\x08wide\0\0\x10\0mdat', 'latin1')],
    ['wav', Buffer.from('RF64\xff\xff\xff\xffWAVE', 'latin1')],
    ['mp3', Buffer.from('fffb9064', 'hex')],
    ['mp3', Buffer.from('49443304000000000f7f', 'hex')],
    ['flac', Buffer.concat([Buffer.from('49443304000000000000', 'hex'), Buffer.from('fLaC', 'latin1')])],
    ['aac', Buffer.from('fff15080', 'hex')],
  ];
  for (const [container, head] of heads) assert.deepEqual(sniff(head), { status: 'known', container });
  const files = { 'mark.webp': 'webp', 'moving.gif': 'gif', 'clip-vp8.webm': 'webm', 'clip.mkv': 'matroska' };
  const sounds = {
    'sound.ogg': 'ogg',
    'sound.opus': 'ogg',
    'sound.mp3': 'mp3',
    'sound.aac': 'aac',
    'sound.flac': 'flac',
  };
  for (const [name, container] of Object.entries({ ...files, ...sounds }))
    assert.deepEqual(
      sniff(readFileSync(fixture(name)).subarray(0, 4_096)),
      { status: 'known', container },
      name,
    );
});

it('says of anything else what it looks like', () => {
  const heads: [reason: RegExp, head: Buffer | string][] = [
    [/^it is empty$/, ''],
    [/^it is a HEIC photo, a format that is not opened here$/, ftyp('heic', 'mif1')],
    [/^it is a BMP image, a format/, 'BM\x36\0\0\0'],
    [/TIFF/, 'II*\0'],
    [/JPEG XL/, '\xff\x0a\0'],
    [/Windows Media/, '\x30\x26\xb2\x75'],
    [/transport stream/, `G${'\0'.repeat(187)}G`],
    [/^it is a PDF document, not an image, video or audio file$/, '%PDF-1.7'],
    [/ZIP archive/, 'PK\x03\x04'],
    [/a program/, '\x7fELF'],
    [/web page \(HTML\)/, '  <!DOCTYPE HTML PUBLIC'],
    [/web page \(HTML\)/, '\xef\xbb\xbf<html lang="en">'],
    [/web page \(HTML\)/, '<!-- saved --><html>'],
    [/SVG/, '<?xml version="1.0"?>\n<!-- made by hand -->\n<svg width="1">'],
    [/XML or HTML/, '<?xml version="1.0"?><rss>'],
    [/HLS/, '#EXTM3U\n'],
    [/ffconcat/, 'ffconcat version 1.0'],
    [/JSON/, '{"error":"not found"}'],
    [/a script/, '#!/bin/sh\n'],
    [/a text file/, 'Not found'],
    [/a text file/, Buffer.from('fffe48006900', 'hex')],
    [/an unknown kind of file/, '\x01\x02\x03\x04'],
  ];
  for (const [reason, head] of heads) {
    const sniffed = sniff(typeof head === 'string' ? Buffer.from(head, 'latin1') : head);
    assert.match(sniffed.status === 'foreign' ? sniffed.reason : sniffed.container, reason);
  }
});

it('is not confused by any beginning, however short', () => {
  for (const name of ['clip.mkv', 'sound.mp3', 'mark.webp', 'moving.webp', 'sound.m4a', 'photo.avif']) {
    const head = readFileSync(fixture(name));
    for (let length = 0; length < 64; length++) assert.ok(sniff(head.subarray(0, length)).status.length > 0);
  }
});
