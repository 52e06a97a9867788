import { type z } from "zod";

/** What a window may ask of the case worker: the input is validated, output and progress are types of our own code. */
interface Operation<Input extends z.ZodType, Output, Reported> {
  readonly input: Input;
  readonly output?: Output;
  readonly progress?: Reported;
}

/** One entry of the contract: `operation<Output, Reported>()(inputSchema)`. */
export function operation<Output, Reported = never>() {
  return <Input extends z.ZodType>(input: Input): Operation<Input, Output, Reported> => ({ input });
}
