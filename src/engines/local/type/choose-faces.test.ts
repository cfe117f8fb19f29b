import assert from 'node:assert/strict';
import test from 'node:test';
import type { Caption } from './caption.ts';
import { chooseFaces } from './choose-faces.ts';
import { layOut } from './lay-out.ts';
import { typeCanvas } from './type-canvas.ts';

/** One sentence a script. */
const scripts: Record<string, string> = {
  latin: 'Quiet by design, Łódź, Straße, Ångström',
  vietnamese: 'Được làm cho những buổi sáng',
  greek: 'Φτιαγμένο για αργά πρωινά',
  cyrillic: 'Тихая музыка утра, їжак',
  arabic: 'صُنع للصباح الهادئ',
  hebrew: 'נוצר לבקרים שקטים',
  devanagari: 'शांत सुबहों के लिए',
  thai: 'สร้างเพื่อเช้าที่เงียบสงบ',
  japanese: '静かな朝のために、コーヒー',
  simplified: '为宁静的早晨而作',
  traditional: '為寧靜的早晨而作',
  korean: '고요한 아침을 위해',
  prices: '€ 189 ₹ ₫ ฿ ₺ ₩ ¥ £ $ → ★ ✓ ™',
};

for (const [script, text] of Object.entries(scripts))
  for (const family of ['sans', 'serif'] as const)
    test(`draws every character of ${script} in ${family} with a glyph of its own`, () => {
      const caption: Caption = { text, style: 'caption', place: 'centre', family };
      const layout = layOut(caption, { width: 1280, height: 720 });
      assert.ok(layout.fits);
      assert.deepEqual(layout.notes, []);
      const notDefined = pixelsOf('\ue000');
      for (const character of new Set(text.replace(/[\s\p{M}]/gu, ''))) {
        const pixels = pixelsOf(character);
        assert.ok(pixels.includes(255) || pixels.some((value) => value > 60), `${character} is blank`);
        assert.notDeepEqual(pixels, notDefined, `${character} is drawn as a missing glyph`);
      }

      function pixelsOf(character: string): number[] {
        assert.ok(layout.fits);
        const canvas = typeCanvas(layout.setting, { width: 80, height: 80 });
        const context = canvas.getContext('2d');
        context.direction = 'ltr';
        context.fillText(character, 20, 56);
        return [...context.getImageData(0, 0, 80, 80).data].filter((_, index) => index % 4 === 3);
      }
    });

test('opens only the files that a text needs', () => {
  assert.deepEqual(chooseFaces('Quiet by design', 'serif').faces, [
    '@fontsource-variable/source-serif-4/files/source-serif-4-latin-opsz-normal.woff2',
  ]);
  const japanese = chooseFaces('静かな朝のために', 'sans').faces;
  assert.ok(japanese.length < 8, String(japanese.length));
  assert.ok(japanese.every((face) => face.includes('noto-sans-jp')));
});

test('takes the forms of the language for the same Han character', () => {
  const packageOf = (text: string) => chooseFaces(text, 'sans').faces[0]?.split('/')[1];
  assert.equal(packageOf('骨の器'), 'noto-sans-jp');
  assert.equal(packageOf('骨头'), 'noto-sans-sc');
  assert.equal(packageOf('骨頭體'), 'noto-sans-tc');
  assert.equal(packageOf('骨다귀'), 'noto-sans-kr');
});

test('leaves out what no font has instead of borrowing from the machine, and says so', () => {
  const { text, dropped } = chooseFaces('New 👨‍👩‍👧 mug \ue000!', 'sans');
  assert.equal(text, 'New  mug !');
  assert.deepEqual(dropped, ['👨‍👩‍👧', '\ue000']);
});

test('a space is set from a font of ours even in a script whose font has none', () => {
  assert.ok(chooseFaces('고요한 아침', 'sans').faces.some((face) => face.includes('inter-latin')));
});
