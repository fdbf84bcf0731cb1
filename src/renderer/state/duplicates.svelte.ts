import type { DuplicateGroup, DuplicatePage, DuplicateScan } from '../../shared/duplicates.ts';
import type { Edit } from '../../shared/edits.ts';
import type { AppError } from '../../shared/errors.ts';
import type { ImageId } from '../../shared/model.ts';
import type { Client } from '../../shared/rpc.ts';
import { t } from '../messages/index.ts';
import type { EditsState } from './edits.svelte.ts';
import type { ImageStore } from './images.svelte.ts';
import type { Notices } from './notices.svelte.ts';

const pageSize = 20;
/** Groups shown in the preview of what "merge sure ones" will do. */
const previewed = 50;
const words = t.duplicates;

/** The review of duplicates: one group at a time, and which of its pictures is chosen to be kept. */
export class DuplicatesState {
  groups = $state.raw<readonly DuplicateGroup[]>([]);
  total = $state(0);
  hidden = $state(0);
  scan = $state.raw<DuplicateScan>({ running: false, files: 0, compared: 0 });
  loading = $state(false);
  loaded = $state(false);
  error = $state.raw<AppError | null>(null);
  /** Something is being written; keys wait. */
  busy = $state(false);
  /** Of the scan under way, ours or the program's own. */
  progress = $state.raw<{ readonly done: number; readonly total: number } | null>(null);
  /** What "merge sure ones" will do; null while nobody asked. */
  preview = $state.raw<{ readonly groups: readonly DuplicateGroup[]; readonly more: boolean } | null>(null);
  #at = $state(0);
  #chosen = $state<ImageId | null>(null);
  #next: number | null = null;
  #question = 0;
  /** Takes away what was said of the last change, and its button. */
  #unsay: () => void = () => undefined;
  #scanning = $state.raw<AbortController | null>(null);
  readonly #client: Client;
  readonly #images: ImageStore;
  readonly #notices: Notices;
  readonly #edits: Pick<EditsState, 'takeBack'>;

  constructor(options: {
    readonly client: Client;
    readonly images: ImageStore;
    readonly notices: Notices;
    readonly edits: Pick<EditsState, 'takeBack'>;
    /** Waits for more of the same before it acts. */
    readonly soon: (action: () => void) => void;
  }) {
    this.#client = options.client;
    this.#images = options.images;
    this.#notices = options.notices;
    this.#edits = options.edits;
    const again = (): void => {
      if (this.loaded && !this.busy) options.soon(() => void this.load());
    };
    this.#client.on('duplicates.changed', () => {
      this.progress = null;
      again();
    });
    this.#client.on('blocks.changed', again);
    this.#client.on('settings.changed', again);
    this.#client.on('progress', ({ kind, done, total, request }) => {
      if (kind === 'duplicates' && request === null && total !== null) this.progress = { done, total };
    });
  }

  readonly group = $derived<DuplicateGroup | null>(this.groups[this.#at] ?? null);
  /** The group's place, counted from 1. */
  readonly place = $derived(this.#at + 1);
  readonly chosen = $derived<ImageId | null>(
    this.group?.members.some(({ image }) => image.id === this.#chosen) === true
      ? this.#chosen
      : (this.group?.best ?? null),
  );
  readonly left = $derived(Math.max(0, this.scan.files - this.scan.compared));
  readonly scanning = $derived(this.#scanning !== null || this.scan.running || this.progress !== null);
  readonly canStop = $derived(this.#scanning !== null);

  /** From the newest group on; the group that is looked at stays where it is, if it is still there. */
  async load(): Promise<void> {
    const question = (this.#question += 1);
    const wanted = Math.max(pageSize, Math.min(50, this.groups.length));
    this.loading = true;
    const answer = await this.#client.call('duplicates.list', { limit: wanted });
    if (question !== this.#question) return;
    this.loading = false;
    this.loaded = true;
    this.error = answer.ok ? null : answer.error;
    if (!answer.ok) return;
    const before = this.group?.id;
    this.#take(answer.value);
    this.groups = answer.value.groups;
    const same = this.groups.findIndex(({ id }) => id === before);
    this.#at = same >= 0 ? same : Math.max(0, Math.min(this.#at, this.groups.length - 1));
  }

  async #more(): Promise<void> {
    if (this.loading || this.#next === null) return;
    const question = (this.#question += 1);
    this.loading = true;
    const answer = await this.#client.call('duplicates.list', { limit: pageSize, cursor: this.#next });
    if (question !== this.#question) return;
    this.loading = false;
    if (!answer.ok) return this.#notices.error(answer.error);
    this.#take(answer.value);
    this.groups = [...this.groups, ...answer.value.groups];
  }

  #take({ groups, total, next, hidden, scan }: DuplicatePage): void {
    this.#images.put(groups.flatMap(({ members }) => members.map(({ image }) => image)));
    this.total = total;
    this.hidden = hidden;
    this.scan = scan;
    this.#next = next;
  }

  choose(id: ImageId): void {
    this.#chosen = id;
  }

  /** The next (or previous) picture of the group, around its end. */
  chooseBeside(step: 1 | -1): void {
    const members = this.group?.members ?? [];
    const at = members.findIndex(({ image }) => image.id === this.chosen);
    const next = members[(at + step + members.length) % members.length];
    if (next !== undefined) this.#chosen = next.image.id;
  }

  move(step: 1 | -1): void {
    const to = this.#at + step;
    if (to < 0 || to >= this.groups.length) return;
    this.#at = to;
    this.#chosen = null;
    if (to > this.groups.length - 5) void this.#more();
  }

  /** Keeps the chosen one; the others go into it. */
  async keep(): Promise<void> {
    const { group, chosen } = this;
    if (group === null || chosen === null) return;
    const others = group.members.map(({ image }) => image.id).filter((id) => id !== chosen);
    await this.#change(async () => {
      const answer = await this.#client.call('duplicates.merge', { keep: chosen, others });
      if (!answer.ok) return this.#notices.error(answer.error);
      this.#drop(group);
      this.#tell(words.merged(answer.value.merged.length), answer.value.edits);
    });
  }

  /** The chosen one is not the same as the others. */
  async separate(): Promise<void> {
    const { group, chosen } = this;
    if (group === null || chosen === null) return;
    const from = group.members.map(({ image }) => image.id).filter((id) => id !== chosen);
    await this.#change(async () => {
      const answer = await this.#client.call('duplicates.separate', { ids: [chosen], from });
      if (!answer.ok) return this.#notices.error(answer.error);
      if (from.length === 1) this.#drop(group);
      this.#tell(words.separated, answer.value.edits);
    });
  }

  async undo(): Promise<void> {
    await this.#change(async () => {
      const answer = await this.#client.call('edits.undo', {});
      if (!answer.ok) return this.#notices.error(answer.error);
      this.#unsay();
      const { edit, missed } = answer.value;
      if (missed[0] !== undefined) this.#notices.info(missed[0]);
      else this.#notices.info(edit === null ? words.nothingToUndo : words.undone(edit.label));
    });
  }

  /** One change at a time; what is there is read anew after it. */
  async #change(work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await work();
    } finally {
      this.busy = false;
    }
    await this.load();
  }

  /** It is done: the next one takes its place before the list is read anew. */
  #drop(group: DuplicateGroup): void {
    this.groups = this.groups.filter(({ id }) => id !== group.id);
    this.#at = Math.max(0, Math.min(this.#at, this.groups.length - 1));
    this.#chosen = null;
  }

  /** Its undo takes back what is told of, and nothing else. */
  #tell(text: string, made: readonly Edit[]): void {
    const [first, last] = [made[0], made.at(-1)];
    if (first === undefined || last === undefined) this.#notices.info(text);
    else this.#unsay = this.#notices.undoable(text, () => void this.#edits.takeBack(last.key, first.key));
  }

  async askSure(): Promise<void> {
    const answer = await this.#client.call('duplicates.list', { sure: true, limit: previewed });
    if (!answer.ok) return this.#notices.error(answer.error);
    this.#images.put(answer.value.groups.flatMap(({ members }) => members.map(({ image }) => image)));
    this.preview = { groups: answer.value.groups, more: answer.value.next !== null };
  }

  async mergeSure(): Promise<void> {
    await this.#change(async () => {
      const answer = await this.#client.call('duplicates.mergeSure', {});
      this.preview = null;
      if (!answer.ok) return this.#notices.error(answer.error);
      const { merged, groups, edits } = answer.value;
      if (groups > 0) this.#tell(words.mergedSure(merged, groups), edits);
      else this.#notices.info(words.sureNone);
    });
  }

  async startScan(): Promise<void> {
    if (this.#scanning !== null) return;
    const stop = new AbortController();
    this.#scanning = stop;
    const answer = await this.#client.call(
      'duplicates.scan',
      {},
      {
        signal: stop.signal,
        onProgress: ({ done, total }) => (this.progress = total === null ? null : { done, total }),
      },
    );
    this.#scanning = null;
    this.progress = null;
    if (!answer.ok && answer.error.code !== 'cancelled') this.#notices.error(answer.error);
    await this.load();
  }

  stopScan(): void {
    this.#scanning?.abort();
  }
}
