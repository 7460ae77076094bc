import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeTypeId, encodeTypeId, parseId } from '../../src/common/typeid.js';

// The valid and invalid examples of the TypeID specification, version 0.3.
const VALID = [
  ['00000000000000000000000000', '00000000-0000-0000-0000-000000000000'],
  ['00000000000000000000000001', '00000000-0000-0000-0000-000000000001'],
  ['0000000000000000000000000a', '00000000-0000-0000-0000-00000000000a'],
  ['0000000000000000000000000g', '00000000-0000-0000-0000-000000000010'],
  ['00000000000000000000000010', '00000000-0000-0000-0000-000000000020'],
  ['7zzzzzzzzzzzzzzzzzzzzzzzzz', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  ['0123456789abcdefghjkmnpqrs', '0110c853-1d09-52d8-d73e-1194e95b5f19'],
  ['01h455vb4pex5vsknk084sn02q', '01890a5d-ac96-774b-bcce-b302099a8057'],
];

describe('TypeID', () => {
  it.each(VALID)('%s is %s', (suffix, uuid) => {
    expect(encodeTypeId('prefix', uuid)).toBe(`prefix_${suffix}`);
    expect(decodeTypeId('prefix', `prefix_${suffix}`)).toBe(uuid);
  });

  it.each([
    ['another prefix', 'ntg_01h455vb4pex5vsknk084sn02q'],
    ['no prefix', '01h455vb4pex5vsknk084sn02q'],
    ['no separator', 'ntf01h455vb4pex5vsknk084sn02q'],
    ['upper case', 'ntf_01H455VB4PEX5VSKNK084SN02Q'],
    ['an upper-case prefix', 'NTF_01h455vb4pex5vsknk084sn02q'],
    ['too short', 'ntf_01h455vb4pex5vsknk084sn02'],
    ['too long', 'ntf_01h455vb4pex5vsknk084sn02qq'],
    ['a hyphen', 'ntf_01h455vb4pex5vsknk084sn-2q'],
    ['a letter outside the alphabet', 'ntf_01h455vb4pex5vsknk084sn0uq'],
    ['an ambiguous letter', 'ntf_ol455vb4pex5vsknk084sn02qi'],
    ['more than 128 bits', 'ntf_8zzzzzzzzzzzzzzzzzzzzzzzzz'],
    ['a space after it', 'ntf_01h455vb4pex5vsknk084sn02q '],
    ['a line break after it', 'ntf_01h455vb4pex5vsknk084sn02q\n'],
    ['nothing', ''],
  ])('%s is not an id', (_, text) => {
    expect(decodeTypeId('ntf', text)).toBeUndefined();
    expect(parseId(text)).toBeUndefined();
  });

  it('comes back from every UUID, in the order of the UUIDs', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (one, other) => {
        const [a, b] = [encodeTypeId('ntf', one), encodeTypeId('ntf', other)];
        expect(decodeTypeId('ntf', a)).toBe(one);
        expect(a < b).toBe(one < other);
      }),
    );
  });
});

describe('parseId', () => {
  it.each([
    ['01890a5d-ac96-774b-bcce-b302099a8057'],
    ['01890A5D-AC96-774B-BCCE-B302099A8057'],
    ['ntf_01h455vb4pex5vsknk084sn02q'],
  ])('takes %s', (text) => {
    expect(parseId(text)).toBe('01890a5d-ac96-774b-bcce-b302099a8057');
  });

  it.each([
    ['01890a5dac96774bbcceb302099a8057'],
    ['{01890a5d-ac96-774b-bcce-b302099a8057}'],
    ['urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057'],
    ['01890a5d-ac96-774b-bcce-b302099a8057\n'],
    ["' OR 1=1 --"],
  ])('does not take %j', (text) => {
    expect(parseId(text)).toBeUndefined();
  });
});
