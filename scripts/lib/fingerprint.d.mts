export function fingerprint(): string;
export function readStamp(): string | null;
