/**
 * Variables every codec process is started with. @napi-rs/canvas would read all fonts of the system when it is loaded, half a second of processor
 * time for each process, and the codec writes no text.
 */
export const codecEnvironment: Readonly<Record<string, string>> = { DISABLE_SYSTEM_FONTS_LOAD: '1' };
