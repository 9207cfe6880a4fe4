// Holds the learning library's WebAssembly build to py-fsrs: every review of the vectors has the same phase, step and due
// time, and stability and difficulty to 1e-9.
//
//   node web/tests/fsrs.mjs     scripts/build-learning-wasm.sh has made build/wasm-learning/learning.wasm
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const wanted = { sequences: 3_000, reviews: 33_880, error: 1e-9 };

function fail(message) {
  console.error(`fsrs: ${message}`);
  process.exit(1);
}

const module = new WebAssembly.Module(readFileSync(join(root, "build/wasm-learning/learning.wasm")));
if (WebAssembly.Module.imports(module).length > 0) fail("the module wants something of its page");
const { exports } = new WebAssembly.Instance(module);
const start = exports.fsrs_buffer();
/** Memory that has grown is another buffer. */
const numbers = () => new Float64Array(exports.memory.buffer, start, 256);

const vectors = join(root, "Tests/Libraries/LearningTests/Vectors/fsrs-vectors.jsonl.gz");
const lines = gunzipSync(readFileSync(vectors)).toString("utf8").split("\n").filter(Boolean);
let reviews = 0;
let largest = 0;
for (const line of lines) {
  const { id, config, reviews: sequence } = JSON.parse(line);
  const steps = (seconds) => [seconds.length, ...seconds.map((each) => each * 1_000)];
  numbers().set([...config.parameters, config.desired_retention, config.maximum_interval, ...steps(config.learning_steps_s), ...steps(config.relearning_steps_s)]);
  if (exports.fsrs_begin() !== 1) fail(`sequence ${id}: no scheduler`);
  for (const review of sequence) {
    numbers().set([review.rating, review.t * 1_000]);
    if (exports.fsrs_review() !== 1) fail(`sequence ${id}, second ${review.t}: no such rating`);
    const [before, phase, step, stability, difficulty, due] = numbers();
    if (phase !== review.state || step !== (review.step ?? -1) || due !== review.due * 1_000) {
      fail(`sequence ${id}, second ${review.t}: phase ${phase}, step ${step}, due ${due}`);
    }
    const errors = [stability / review.stability - 1, difficulty / review.difficulty - 1, before - review.r_before].map(Math.abs);
    // A number that is none is greater than nothing.
    if (!errors.every((each) => each < wanted.error)) fail(`sequence ${id}, second ${review.t}: ${errors}`);
    largest = Math.max(largest, ...errors);
    reviews += 1;
  }
}
if (lines.length !== wanted.sequences || reviews !== wanted.reviews) fail(`${lines.length} sequences, ${reviews} reviews`);
console.log(`ok    ${reviews} reviews of ${lines.length} sequences are those of py-fsrs; the largest error is ${largest.toExponential(1)}`);
