/** How the services see a User-Agent: honest ones name a program of their own. */
export type UserAgentVerdict = 'honest' | 'browser' | 'library' | 'empty';

const browser = /mozilla\/|applewebkit|chrome\/|safari\/|gecko\/|electron\/|opera\/|edge?\//i;
const library =
  /^(node(\.js)?$|node\/|undici|node-fetch|axios|got |got\/|curl|wget|python|okhttp|go-http|java\/|ky|superagent)/i;

export function judgeUserAgent(value: string | undefined): UserAgentVerdict {
  const text = (value ?? '').trim();
  if (text === '') return 'empty';
  if (browser.test(text)) return 'browser';
  return library.test(text) ? 'library' : 'honest';
}
