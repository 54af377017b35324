const CONTROL = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/** Words from outside must not move the cursor, colour what follows or turn the line around: they show as �. */
export const plainText = (text: string): string => text.replace(CONTROL, '�')
