import { crescent, disc, fillBelow, glow, layers, pine, ridge, sky, stars, sun } from './brushes.ts';
import type { Paper } from './brushes.ts';
import { fade, mix } from './palettes.ts';
import { between } from './random.ts';

export interface Scene {
  readonly name: string;
  readonly tags: readonly string[];
  paint(paper: Paper): void;
}

const hills: Scene = {
  name: 'hills',
  tags: ['landscape', 'hills'],
  paint(paper) {
    sky(paper);
    if (paper.palette.dark) stars(paper, 120, 0.45);
    sun(paper, 0.2, 0.42);
    layers(paper, 0.42, 6, 0.42, 0.07);
  },
};

const mountains: Scene = {
  name: 'mountains',
  tags: ['landscape', 'mountains'],
  paint(paper) {
    sky(paper, 0.8);
    sun(paper, 0.15, 0.35);
    layers(paper, 0.36, 5, 0.66, 0.15);
    const { ctx, width, height, palette } = paper;
    const mist = ctx.createLinearGradient(0, height * 0.55, 0, height);
    mist.addColorStop(0, fade(palette.sky[2], 0));
    mist.addColorStop(0.4, fade(palette.sky[2], 0.28));
    mist.addColorStop(1, fade(palette.sky[2], 0));
    ctx.fillStyle = mist;
    ctx.fillRect(0, height * 0.55, width, height * 0.45);
  },
};

const sea: Scene = {
  name: 'sea',
  tags: ['landscape', 'sea', 'water'],
  paint(paper) {
    const { ctx, width, height, palette, random, time } = paper;
    const horizon = between(random, 0.45, 0.6);
    sky(paper, horizon);
    const x = between(random, 0.25, 0.75) * width;
    const radius = Math.min(width, height) * between(random, 0.07, 0.13);
    const y = (horizon - between(random, 0, 0.12)) * height;
    glow(ctx, x, y, radius * 5, palette.accent, 0.6);
    disc(ctx, x, y, radius, palette.accent);
    const water = ctx.createLinearGradient(0, horizon * height, 0, height);
    water.addColorStop(0, mix(palette.sky[1], palette.sky[2], 0.5));
    water.addColorStop(0.25, palette.far);
    water.addColorStop(1, palette.near);
    ctx.fillStyle = water;
    ctx.fillRect(0, horizon * height, width, height);
    for (let line = 0; line < 90; line += 1) {
      const depth = (line / 90) ** 1.8;
      const at = (horizon + (1 - horizon) * depth) * height;
      const spread = radius * (0.7 + depth * 4);
      const shift = Math.sin((random() + time) * Math.PI * 2) * spread * 0.4;
      ctx.fillStyle = fade(palette.accent, 0.32 * (1 - depth) + 0.05);
      const long = spread * between(random, 0.3, 1.4);
      ctx.beginPath();
      ctx.ellipse(x + shift, at, long, Math.max(1, height * 0.0016 * (1 + depth * 4)), 0, 0, Math.PI * 2);
      ctx.fill();
    }
    fillBelow(paper, (at) => 0.93 + Math.sin((at * 2 + time) * Math.PI * 2) * 0.012, fade(palette.near, 0.6));
  },
};

const night: Scene = {
  name: 'night',
  tags: ['night', 'sky', 'stars'],
  paint(paper) {
    const { ctx, width, height, palette, random } = paper;
    ctx.fillStyle = mix(palette.sky[0], '#02030a', 0.75);
    ctx.fillRect(0, 0, width, height);
    for (let cloud = 0; cloud < 9; cloud += 1) {
      const along = cloud / 8;
      glow(
        ctx,
        (0.05 + along * 0.9) * width,
        (0.65 - along * 0.45 + between(random, -0.08, 0.08)) * height,
        Math.max(width, height) * between(random, 0.16, 0.3),
        mix(palette.sky[1], palette.sky[2], random()),
        0.3,
      );
    }
    stars(paper, 900, 1.05);
    const radius = Math.min(width, height) * 0.07;
    const x = between(random, 0.15, 0.85) * width;
    const y = between(random, 0.12, 0.35) * height;
    glow(ctx, x, y, radius * 5, '#ffffff', 0.22);
    crescent(ctx, x, y, radius, '#f6f1dc');
    const line = ridge(random, 0.5);
    fillBelow(paper, (at) => 0.84 + line(at) * 0.06, '#020308');
  },
};

const aurora: Scene = {
  name: 'aurora',
  tags: ['night', 'sky', 'aurora'],
  paint(paper) {
    const { ctx, width, height, palette, random, time } = paper;
    ctx.fillStyle = mix(palette.sky[0], '#01040a', 0.7);
    ctx.fillRect(0, 0, width, height);
    stars(paper, 400, 0.8);
    for (let band = 0; band < 4; band += 1) {
      const line = ridge(random, 0.5);
      const base = between(random, 0.3, 0.5);
      const color = mix(band % 2 ? '#3df5b0' : palette.sky[2], palette.accent, random() * 0.4);
      const columns = 110;
      for (let column = 0; column < columns; column += 1) {
        const at = column / columns;
        const foot = (base + line(at * 0.8 + time * 0.1) * 0.12) * height;
        const tall = height * (0.26 + 0.1 * Math.sin(at * 17 + band + time * Math.PI * 2));
        const beam = ctx.createLinearGradient(0, foot - tall, 0, foot);
        beam.addColorStop(0, fade(color, 0));
        beam.addColorStop(0.85, fade(color, 0.3));
        beam.addColorStop(1, fade(color, 0));
        ctx.fillStyle = beam;
        ctx.fillRect(at * width, foot - tall, width / columns + 1, tall);
      }
    }
    for (let layer = 0; layer < 3; layer += 1) {
      const line = ridge(random, 0.6);
      const color = mix(mix(palette.far, palette.sky[0], 0.6), '#010207', 0.5 + layer * 0.22);
      fillBelow(paper, (at) => 0.76 + layer * 0.08 + line(at * 0.9) * 0.05, color);
    }
  },
};

const forest: Scene = {
  name: 'forest',
  tags: ['landscape', 'forest', 'mist'],
  paint(paper) {
    const { ctx, width, height, palette, random } = paper;
    sky(paper);
    sun(paper, 0.2, 0.4);
    for (let row = 0; row < 5; row += 1) {
      const depth = (row + 1) / 5;
      const line = ridge(random, 0.4);
      const color = mix(mix(palette.sky[2], palette.far, 0.4 + depth * 0.4), palette.near, depth ** 1.5);
      const base = 0.5 + row * 0.1;
      const trees = Math.round(46 - row * 6);
      for (let tree = 0; tree < trees; tree += 1) {
        const at = (tree + between(random, -0.4, 0.4)) / (trees - 1);
        const foot = (base + line(at) * 0.05 + 0.03) * height;
        pine(ctx, at * width, foot, Math.min(height, width) * (0.08 + depth * 0.13) * between(random, 0.6, 1.2), color);
      }
      fillBelow(paper, (at) => base + line(at) * 0.05, color);
    }
  },
};

const dunes: Scene = {
  name: 'dunes',
  tags: ['landscape', 'desert', 'minimal'],
  paint(paper) {
    sky(paper, 0.7);
    sun(paper, 0.18, 0.4);
    const { ctx, height, palette, random } = paper;
    for (let dune = 0; dune < 5; dune += 1) {
      const line = ridge(random, 0.22);
      const base = 0.52 + dune * 0.11;
      const light = ctx.createLinearGradient(0, (base - 0.08) * height, 0, (base + 0.3) * height);
      light.addColorStop(0, mix(palette.accent, palette.far, 0.35 + dune * 0.12));
      light.addColorStop(1, mix(palette.far, palette.near, 0.25 + dune * 0.15));
      fillBelow(paper, (at) => base + line(at * 0.55) * 0.07, light);
    }
  },
};

const waves: Scene = {
  name: 'waves',
  tags: ['pattern', 'waves'],
  paint({ ctx, width, height, palette, random }) {
    const radius = Math.min(width, height) / between(random, 7, 12);
    ctx.fillStyle = palette.near;
    ctx.fillRect(0, 0, width, height);
    const rows = Math.ceil(height / (radius / 2)) + 4;
    const columns = Math.ceil(width / (radius * 2)) + 2;
    for (let row = 0; row < rows; row += 1) {
      for (let column = -1; column < columns; column += 1) {
        const x = column * radius * 2 + (row % 2 ? radius : 0);
        const y = row * (radius / 2);
        for (let ring = 0; ring < 5; ring += 1) {
          const share = 1 - ring / 5;
          const tone = mix(palette.sky[1], palette.near, 0.2 + (row / rows) * 0.5);
          disc(ctx, x, y, radius * share, ring % 2 ? mix(tone, palette.accent, 0.75) : tone);
        }
      }
    }
  },
};

const triangles: Scene = {
  name: 'triangles',
  tags: ['pattern', 'geometric', 'abstract'],
  paint({ ctx, width, height, palette, random }) {
    const side = Math.max(width, height) / between(random, 9, 16);
    const tall = (side * Math.sqrt(3)) / 2;
    for (let row = -1; row * tall < height + tall; row += 1) {
      for (let column = -1; column * (side / 2) < width + side; column += 1) {
        const up = (row + column) % 2 === 0;
        const x = column * (side / 2);
        const y = row * tall;
        const share = Math.min(1, Math.max(0, (x / width + y / height) / 2 + between(random, -0.14, 0.14)));
        const color =
          share < 0.5
            ? mix(palette.sky[0], palette.sky[1], share * 2)
            : mix(palette.sky[1], palette.sky[2], share * 2 - 1);
        ctx.fillStyle = color;
        ctx.strokeStyle = color;
        ctx.beginPath();
        ctx.moveTo(x, up ? y + tall : y);
        ctx.lineTo(x + side, up ? y + tall : y);
        ctx.lineTo(x + side / 2, up ? y : y + tall);
        ctx.closePath();
        ctx.fill();
        ctx.stroke();
      }
    }
  },
};

const horizon: Scene = {
  name: 'horizon',
  tags: ['minimal', 'abstract', 'gradient'],
  paint(paper) {
    const { ctx, width, height, palette, random, time } = paper;
    sky(paper);
    const radius = Math.min(width, height) * between(random, 0.2, 0.28);
    const y = height * (0.5 + 0.03 * Math.sin(time * Math.PI * 2));
    const face = ctx.createLinearGradient(0, y - radius, 0, y + radius);
    face.addColorStop(0, palette.accent);
    face.addColorStop(1, mix(palette.sky[1], palette.accent, 0.25));
    ctx.fillStyle = face;
    ctx.beginPath();
    ctx.arc(width / 2, y, radius, 0, Math.PI * 2);
    ctx.fill();
    const bands = 7;
    for (let band = 0; band < bands; band += 1) {
      ctx.fillStyle = mix(palette.sky[2], palette.near, 0.25 + (band / bands) * 0.7);
      const at = 0.58 + (band / bands) ** 1.25 * 0.42;
      ctx.fillRect(0, at * height, width, height * (0.012 + 0.05 * (band / bands)));
    }
  },
};

const bokeh: Scene = {
  name: 'bokeh',
  tags: ['abstract', 'gradient', 'lights'],
  paint(paper) {
    const { ctx, width, height, palette, random, time } = paper;
    sky(paper);
    for (let light = 0; light < 70; light += 1) {
      const radius = Math.min(width, height) * between(random, 0.015, 0.11);
      const color = mix(palette.accent, palette.sky[light % 3] ?? palette.accent, random() * 0.7);
      const x = random() * width;
      const y = ((random() + time * (light % 2 ? 0.2 : -0.2) + 1) % 1) * height;
      disc(ctx, x, y, radius, fade(color, between(random, 0.08, 0.3)));
      ctx.strokeStyle = fade(color, 0.25);
      ctx.lineWidth = radius * 0.06;
      ctx.stroke();
    }
  },
};

const birb: Scene = {
  name: 'birb',
  tags: ['animals', 'birds', 'sky'],
  paint(paper) {
    const { ctx, width, height, palette, random, time } = paper;
    sky(paper);
    sun(paper, 0.3, 0.6);
    const unit = Math.min(width, height);
    ctx.strokeStyle = palette.near;
    ctx.lineCap = 'round';
    for (let bird = 0; bird < 16; bird += 1) {
      const x = between(random, 0.08, 0.92) * width;
      const y = between(random, 0.1, 0.6) * height;
      const span = unit * between(random, 0.015, 0.05);
      const lift = span * (0.45 + 0.2 * Math.sin((random() + time) * Math.PI * 2));
      ctx.lineWidth = span * 0.14;
      ctx.beginPath();
      ctx.moveTo(x - span, y - lift * 0.4);
      ctx.quadraticCurveTo(x - span * 0.4, y - lift, x, y);
      ctx.quadraticCurveTo(x + span * 0.4, y - lift, x + span, y - lift * 0.4);
      ctx.stroke();
    }
    layers(paper, 0.78, 3, 0.4, 0.05);
  },
};

export const scenes: readonly Scene[] = [
  hills,
  sea,
  night,
  mountains,
  waves,
  forest,
  horizon,
  aurora,
  dunes,
  triangles,
  birb,
  bokeh,
];
