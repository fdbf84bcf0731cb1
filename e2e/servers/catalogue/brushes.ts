import type { SKRSContext2D } from '@napi-rs/canvas';
import { fade, mix } from './palettes.ts';
import type { Palette } from './palettes.ts';
import { between } from './random.ts';
import type { Random } from './random.ts';

/** Everything a painter needs. `time` in [0, 1) moves what moves, for animated pictures. */
export interface Paper {
  readonly ctx: SKRSContext2D;
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  readonly random: Random;
  readonly time: number;
}

export function sky({ ctx, width, height, palette }: Paper, horizon = 1): void {
  const gradient = ctx.createLinearGradient(0, 0, 0, height * horizon);
  gradient.addColorStop(0, palette.sky[0]);
  gradient.addColorStop(0.55, palette.sky[1]);
  gradient.addColorStop(1, palette.sky[2]);
  ctx.fillStyle = gradient;
  ctx.fillRect(0, 0, width, height);
}

export function glow(ctx: SKRSContext2D, x: number, y: number, radius: number, color: string, strength: number): void {
  const gradient = ctx.createRadialGradient(x, y, 0, x, y, radius);
  gradient.addColorStop(0, fade(color, strength));
  gradient.addColorStop(1, fade(color, 0));
  ctx.fillStyle = gradient;
  ctx.fillRect(x - radius, y - radius, radius * 2, radius * 2);
}

export function disc(ctx: SKRSContext2D, x: number, y: number, radius: number, color: string): void {
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, Math.PI * 2);
  ctx.fill();
}

/** The moon a few days old, open to the upper right; the sky shows through. */
export function crescent(ctx: SKRSContext2D, x: number, y: number, radius: number, color: string): void {
  const [from, to] = [0.3, Math.PI * 2 - 1.25];
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.arc(x, y, radius, from, to, false);
  ctx.quadraticCurveTo(x - radius * 0.55, y + radius * 0.3, x + radius * Math.cos(from), y + radius * Math.sin(from));
  ctx.fill();
}

/** A sum of sines: a rolling line, smooth at any size. */
export function ridge(random: Random, roughness: number): (at: number) => number {
  const waves = Array.from({ length: 5 }, (_, octave) => ({
    frequency: between(random, 0.7, 1.5) * 2 ** octave,
    phase: between(random, 0, Math.PI * 2),
    height: roughness ** octave,
  }));
  const total = waves.reduce((sum, wave) => sum + wave.height, 0);
  return (at) =>
    waves.reduce((sum, wave) => sum + Math.sin(at * wave.frequency * Math.PI * 2 + wave.phase) * wave.height, 0) /
    total;
}

export function fillBelow(paper: Paper, line: (at: number) => number, fill: SKRSContext2D['fillStyle']): void {
  const { ctx, width, height } = paper;
  const steps = 160;
  ctx.fillStyle = fill;
  ctx.beginPath();
  ctx.moveTo(0, height);
  for (let step = 0; step <= steps; step += 1) ctx.lineTo((step / steps) * width, line(step / steps) * height);
  ctx.lineTo(width, height);
  ctx.closePath();
  ctx.fill();
}

export function stars(paper: Paper, count: number, until: number): void {
  const { ctx, width, height, random, time } = paper;
  const unit = Math.min(width, height) / 900;
  for (let star = 0; star < count; star += 1) {
    const x = random() * width;
    const y = random() ** 1.4 * until * height;
    const twinkle = 0.55 + 0.45 * Math.sin((random() + time) * Math.PI * 2);
    disc(ctx, x, y, unit * between(random, 0.5, 1.7), fade('#ffffff', twinkle * between(random, 0.3, 1)));
  }
}

export function sun(paper: Paper, low: number, high: number): void {
  const { ctx, width, height, palette, random } = paper;
  const x = between(random, 0.2, 0.8) * width;
  const y = between(random, low, high) * height;
  const radius = Math.min(width, height) * between(random, 0.045, 0.1);
  glow(ctx, x, y, radius * 6, palette.accent, 0.55);
  disc(ctx, x, y, radius, palette.accent);
}

export function layers(paper: Paper, from: number, count: number, roughness: number, relief: number): void {
  const { palette, random } = paper;
  for (let layer = 0; layer < count; layer += 1) {
    const depth = (layer + 1) / count;
    const line = ridge(random, roughness);
    const base = from + (1 - from) * (layer / count) * 0.95;
    const color = mix(mix(palette.sky[2], palette.far, 0.35 + depth * 0.5), palette.near, depth ** 1.6);
    fillBelow(paper, (at) => base + line(at * 0.9) * relief * (0.5 + depth), color);
  }
}

export function pine(ctx: SKRSContext2D, x: number, foot: number, tall: number, color: string): void {
  ctx.fillStyle = color;
  ctx.beginPath();
  for (let tier = 0; tier < 4; tier += 1) {
    const top = foot - tall + (tall * tier) / 5;
    const half = tall * (0.09 + tier * 0.055);
    ctx.moveTo(x, top);
    ctx.lineTo(x + half, top + tall * 0.38);
    ctx.lineTo(x - half, top + tall * 0.38);
    ctx.closePath();
  }
  ctx.fill();
  ctx.fillRect(x - tall * 0.02, foot - tall * 0.06, tall * 0.04, tall * 0.1);
}
