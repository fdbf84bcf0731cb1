import type { Overrides } from './ports.ts';

/** The `KABEGAMI_*` variables that override settings and secrets for this process. Empty ones count as not set. */
export function overridesFrom(env: Readonly<Record<string, string | undefined>>): Overrides {
  const value = (name: string): string | undefined => env[name]?.trim() || undefined;
  return {
    waifuImUrl: value('KABEGAMI_WAIFU_IM_URL'),
    yiffRestUrl: value('KABEGAMI_YIFF_REST_URL'),
    waifuImToken: value('KABEGAMI_WAIFU_IM_TOKEN'),
    yiffRestKey: value('KABEGAMI_YIFF_REST_KEY'),
  };
}

/** `env` without the secrets, for programs that are run. */
export function withoutSecrets(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => name !== 'KABEGAMI_WAIFU_IM_TOKEN' && name !== 'KABEGAMI_YIFF_REST_KEY'),
  );
}
