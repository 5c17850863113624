/*
 * A select string is read without its blanks. What stands in double quotes keeps its blanks, and its characters that
 * mean something elsewhere are replaced, so that every later step may split at them.
 */

/** The string without blanks and quotes. */
export type Compact<Text extends string> = Text extends `${infer Before}"${infer Rest}`
  ? CompactQuoted<Rest, WithoutBlanks<Before>>
  : WithoutBlanks<Text>;

/** Inside quotes a backslash takes the next character as it is. */
type CompactQuoted<Text extends string, Done extends string> = Text extends `${infer Name}"${infer Rest}`
  ? Name extends `${infer Escaped}\\`
    ? CompactQuoted<Rest, `${Done}${Masked<Escaped>}\uE00B`>
    : Rest extends `${infer Before}"${infer More}`
      ? CompactQuoted<More, `${Done}${Masked<Name>}${WithoutBlanks<Before>}`>
      : `${Done}${Masked<Name>}${WithoutBlanks<Rest>}`
  : `${Done}"${Text}`;

type WithoutBlanks<Text extends string> = Text extends `${string}\n${string}`
  ? Without<Without<Without<Without<Text, "\n">, "    ">, " ">, "\t">
  : Text extends `${string} ${string}`
    ? Without<Text, " ">
    : Text;

type Without<
  Text extends string,
  Blank extends string,
  Done extends string = "",
> = Text extends `${infer Before}${Blank}${infer After}`
  ? Without<After, Blank, `${Done}${Before}`>
  : `${Done}${Text}`;

/** What separates, and the character of the private use area that stands for it inside a quoted name. */
interface Masks {
  ",": "\uE001";
  "(": "\uE002";
  ")": "\uE003";
  ".": "\uE004";
  ":": "\uE005";
  "!": "\uE006";
  "-": "\uE007";
  "*": "\uE008";
  ">": "\uE009";
}

type Masked<Text extends string> = Text extends `${string}${keyof Masks}${string}`
  ? MaskedCharacters<Text>
  : Text;

type MaskedCharacters<
  Text extends string,
  Done extends string = "",
> = Text extends `${infer First}${infer Rest}`
  ? MaskedCharacters<Rest, `${Done}${First extends keyof Masks ? Masks[First] : First}`>
  : Done;

interface Unmasks {
  "\uE001": ",";
  "\uE002": "(";
  "\uE003": ")";
  "\uE004": ".";
  "\uE005": ":";
  "\uE006": "!";
  "\uE007": "-";
  "\uE008": "*";
  "\uE009": ">";
  "\uE00B": '"';
}

/** A name as the database has it. */
export type Unmasked<Text extends string> = Text extends `${string}${keyof Unmasks}${string}`
  ? UnmaskedCharacters<Text>
  : Text;

type UnmaskedCharacters<
  Text extends string,
  Done extends string = "",
> = Text extends `${infer First}${infer Rest}`
  ? UnmaskedCharacters<Rest, `${Done}${First extends keyof Unmasks ? Unmasks[First] : First}`>
  : Done;
