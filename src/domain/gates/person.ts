/**
 * Whether two names are spellings of one: nobody becomes another person by capitals, blanks, letters that can't be seen, or another
 * encoding of the same letters. Letters that only look alike are different ones.
 */
export function samePerson(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

/**
 * Whether a name is among those that may do something. The same letters may come in another Unicode form, as keyboards and systems
 * write them (`é` as one character or two); everything else has to be as it is configured: look-alikes are other people.
 */
export function isAmong(names: readonly string[], name: string): boolean {
  const composed = name.normalize('NFC');
  return names.some((other) => other.normalize('NFC') === composed);
}

function plain(name: string): string {
  return name
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .toLowerCase();
}

/** The names without further spellings of those that came before. */
export function eachOnce(names: readonly string[]): string[] {
  return names.filter((name, index) => names.findIndex((other) => samePerson(other, name)) === index);
}
