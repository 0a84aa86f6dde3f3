import { expect, test } from "vitest";
import { forms, wrongIn } from "./forms.js";

const FORMS = forms();
/** `npm run score`: the figure, and what is wrong, on the terminal. */
const SCORE = process.env["SCORE"] === "1";

test.each(FORMS.map((form) => [form.name, form] as const))("%s is read as expected", (_, form) => {
  expect(wrongIn(form)).toBeNull();
});

test.runIf(SCORE)("the score", () => {
  const wrong = FORMS.flatMap((form) => {
    const why = wrongIn(form);
    return why === null ? [] : [`${form.name}: ${why}`];
  });
  const right = FORMS.length - wrong.length;
  process.stdout.write(
    `${wrong.join("\n")}\n${right} of ${FORMS.length} forms are read as expected (${((100 * right) / FORMS.length).toFixed(1)} %)\n`,
  );
});
