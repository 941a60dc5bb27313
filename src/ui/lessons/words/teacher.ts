import { formatNumber } from '../../../language/format';
import type { LessonName } from '../names';
import { partQuestions, type Question } from './questions';

/** Minutes of a plan, and what happens in them. */
export interface PlanStep {
  from: number;
  to: number;
  projector: string;
  students: string;
  answer: string;
}

/** A lesson as a teacher needs it. */
export interface TeacherWords {
  goal: string;
  /** Needs besides a browser for each group. */
  needs: string[];
  /** Tasks of the students, in order. */
  steps: string[];
  questions: Question[];
  /** A lesson in a class, minute by minute: what is on the projector, what students do, and what they should answer. */
  plan?: readonly PlanStep[];
  /** The sheet has room for a sketch rather than the numbers, which its steps let students find: what is drawn over what. */
  sketch?: { title: string; up: string; along: string };
  /** Beside the sketch, a map to mark: what is looked for on it. */
  mark?: { title: string; what: string };
}

/** Pages for teachers, and the sheets that they hand out. */
export const teacherWords = {
  of: 'For teachers',
  back: 'To the lesson',
  goal: 'Goal',
  time: 'Time',
  minutes: (minutes: number) => `${formatNumber(minutes)} minutes, without training. Training takes longer, and can go on during the talk.`,
  needs: 'What is needed',
  steps: 'Steps for students',
  plan: 'Plan for 45 minutes with a class',
  planAbout: 'Start the class before the lesson, and open the board for the projector. Tabs train by themselves while students read; what they train has ended before the second look at the board.',
  planMinutes: (from: number, to: number) => `${formatNumber(from)}–${formatNumber(to)}`,
  planHead: ['minute', 'on the projector', 'what students do', 'what they should answer'],
  questions: 'Questions',
  all: 'Show all answers',
  none: 'Hide all answers',
  link: 'Link for the class',
  copy: 'Copy the link',
  large: 'Show the QR code large',
  /** For lessons that train. */
  seeds: 'Groups that want to put their runs together need a seed each: runs of the same seed are the same, and count once.',
  groups: 'Groups',
  copyGroups: 'Copy a link for each group',
  group: (group: number, link: string) => `Group ${formatNumber(group)}: ${link}`,
  /** Training as a class. */
  together: 'It also counts the guesses of all, and shows them beside what came out.',
  how: 'How to start one',
  handout: 'Hand-out',
  handoutHint: 'One sheet of A4 with the goal, the steps, and the questions with room for answers. The answers are not on it.',
  print: 'Print the hand-out',
  name: 'Name',
  date: 'Date',
  /** Over the figures of the hand-out. */
  figures: 'What was measured',
  figuresOf: (source: string) => `${source}. ± is the 95 % interval of the mean.`,
  head: ['method', 'parameters', 'test accuracy, %'],
  shotsHead: ['method', 'pictures of each class', 'test accuracy, %'],
  always: [
    'A browser for each group, on any computer. On a phone you can look at everything; training works there too, but takes a long time and drains the battery.',
    'Nothing to install and no account. The page can be served by one computer of the room.',
  ],
  training: 'To train along: a browser with WebGPU and a graphics card. Without one, training works and is slow.',
  lessons: {
    rank: {
      goal: 'Students can say what rank is, when it limits LoRA, and what RandLoRA does about it.',
      needs: ['Matrix products from school or the first term.'],
      sketch: { title: 'What do you expect?', up: 'error of LoRA', along: 'r, from 1 to 128' },
      steps: [
        'Sketch what you expect of LoRA’s error when r grows. Only then open the link and answer part 1.',
        'In part 2, at r = 32: from which rank of the target on is RandLoRA nearer than LoRA?',
        'In part 3, note at which place the singular values of each method end.',
        'In part 4, write one sentence that the runs support, and one that they do not.',
      ],
      plan: [
        { from: 0, to: 5, projector: 'The board: address, code and QR code.', students: 'Join with a name. Their tabs begin to train at once. Sketch LoRA’s error over r on the hand-out.', answer: 'Which method their tab trains, and with which seed: a random start, of which each method has several.' },
        { from: 5, to: 10, projector: 'The lesson, part 1, presented.', students: 'Read part 1 and choose an answer; give their reason.', answer: 'Any: how often each was chosen stands beside what came out, in part 2.' },
        { from: 10, to: 18, projector: 'Part 2 with its sliders.', students: 'At r 32, lower the rank of the target until RandLoRA is no nearer than LoRA. Then let the singular values fall.', answer: 'At a rank of about 61, where 32 of 61 directions hold as much as all of them set roughly. With falling values LoRA is far nearer. DoRA, which has a length for each row besides, is nearer than both.' },
        { from: 18, to: 23, projector: 'Part 3, one layer and then another.', students: 'Note where the singular values of each method end, and whether those of full fine-tuning fall.', answer: 'LoRA’s at its r, which was chosen; those of RandLoRA and full fine-tuning at or near the last. Full fine-tuning’s fall by more than a hundred times: more like a falling target.' },
        { from: 23, to: 28, projector: 'Part 4.', students: 'Write a sentence that the runs support, and one that they do not.', answer: 'Supported: at about as many parameters the two cannot be told apart. Not: full rank makes RandLoRA the better learner.' },
        { from: 28, to: 35, projector: 'The board again: result and charts.', students: 'Say in their own words what the class found, and save the report.', answer: 'Which mean is highest, and from which others it cannot be told. An interval of one difference may leave out 0 by chance where many are compared: that is what is corrected for.' },
        { from: 35, to: 41, projector: 'Part 5.', students: 'Answer the questions below, in pairs.', answer: 'As they stand below.' },
        { from: 41, to: 45, projector: 'Part 5.', students: 'Say in one sentence what rank is, and in one when it limits LoRA.', answer: 'The number of independent directions that an update needs; where more than r of them carry much of it.' },
      ],
      questions: [
        partQuestions.directions,
        { ask: 'RandLoRA trains neither B nor A. What does it train, and why can the sum have full rank?', answer: 'Two diagonals for each pair of fixed random matrices. Each product has rank r at most, but there are so many that r times their number reaches 128, and random matrices almost surely share no directions.' },
        { ask: 'For RandLoRA a smaller r means more parameters. Why?', answer: 'It takes about 128 / r pairs of bases to reach full rank, and each pair has two diagonals to train.' },
        { ask: 'A target has full rank, and its singular values fall fast. Who comes nearer with few numbers, and why?', answer: 'LoRA: the few directions that it sets freely are those that carry most of the target. RandLoRA gains where all directions count alike.' },
      ],
    },
    budget: {
      goal: 'Students can read accuracy against parameters, and say no more of it than the runs show.',
      needs: ['Mean and interval; nothing has to be trained in this lesson.'],
      sketch: { title: 'What do you expect?', up: 'test accuracy of LoRA', along: 'r, from 1 to 64' },
      steps: [
        'Sketch what you expect of LoRA when r grows. Only then open the link and answer part 1.',
        'In part 2, compare the accuracy of each r with your sketch.',
        'In part 3, note both accuracies at one size, and whether the page tells them apart.',
        'In part 4, name the smallest method that is not behind the best. Write one sentence that the runs support, and one that they do not.',
      ],
      questions: [
        { ask: 'LoRA with r = 64 has 64 times the parameters of r = 1. Does the chart show that it is better?', answer: 'The page says so only if the differences of their runs, in pairs of the same seed, are larger than chance explains. A mean that is higher is not enough, and overlapping intervals do not prove that there is no difference.' },
        partQuestions.gains,
        { ask: 'Training ended after 100 steps. What may change with longer training?', answer: 'Everything: who learns fast need not be who ends best. The paper trains until nothing changes any more, which takes a graphics card.' },
        { ask: 'Each setting had its own learning rate, found on pictures that are not the test pictures. What would one rate for all have shown?', answer: 'Who that rate happens to suit: best rates of these methods lie a factor of hundreds apart.' },
      ],
    },
    rates: {
      goal: 'Students can say why methods are compared each at its own learning rate, how such a rate is chosen, and what goes wrong at one rate for all.',
      needs: ['The idea of gradient descent; nothing is trained in this lesson.'],
      sketch: { title: 'What do you expect?', up: 'test accuracy of one method', along: 'learning rate, each step about twice the one before' },
      steps: [
        'Sketch what you expect of accuracy when the rate grows. Only then open the link and answer part 1.',
        'In part 2, move the rate of LoRA from the lowest to the highest. Note accuracy at each. Which rates learn nothing?',
        'In part 3, note the best and the worst value of one method, and the best and the worst of all methods at their own rates. Which difference is larger?',
        'In part 4, find a rate at which the order is turned round, and one at which it is not. How would you compare two methods fairly?',
      ],
      questions: [
        partQuestions.oneRate,
        { ask: 'A classifier of 10 classes has a loss of 2.303. What does it know?', answer: 'Nothing: 2.303 is ln 10, the loss of who gives each of ten classes the probability 1/10.' },
        { ask: 'Why is a rate chosen by held-back pictures and not by test pictures?', answer: 'The best of several noisy numbers is a little too good. If test pictures choose, their number no longer says what new pictures would.' },
        { ask: 'Why is VeRA’s best rate many times that of full fine-tuning?', answer: 'Full fine-tuning moves the weights themselves. VeRA moves scalings of fixed random matrices: the same step there moves the weights much less.' },
      ],
    },
    seeds: {
      goal: 'Students can read an interval over seeds, compare two settings by the interval of their difference, and name what makes such a comparison unfair.',
      needs: ['Mean and standard deviation; nothing is trained in this lesson.'],
      sketch: { title: 'What do you expect?', up: 'length of the interval of a mean', along: 'seeds, from 3 to 20' },
      steps: [
        'Sketch how you expect the length of an interval to fall with more seeds. Only then open the link and answer part 1.',
        'In part 2, draw three seeds and write down what you would say of the two settings. Start over twice: do you still say it?',
        'In part 3, count the bold lines with 3 seeds and with 20. Then stop early, and count again.',
        'In part 4, choose two settings before you look, and note both intervals. What would let you say “better”?',
      ],
      questions: [
        partQuestions.overlap,
        partQuestions.addSeeds,
        { ask: 'Why do two 95 % intervals have no value in common so rarely when nothing differs?', answer: 'Both ends would have to be off at once: the difference must be longer than both half intervals together, mostly 1.3 to 1.4 times what the interval of the difference asks for, and with three seeds sometimes several times.' },
        { ask: 'You compare eleven settings, each with each, and name the pair that is furthest apart. What is wrong?', answer: 'There are 55 pairs, and at 5 % each two or three stand out by chance. A correction such as Holm’s asks more of each.' },
      ],
    },
    'few-shots': {
      goal: 'Students can say which methods cope best with few pictures, how sure that is, and why the answer may change with more.',
      needs: ['The idea of training and test pictures.'],
      steps: [
        'Open the link, and answer the question of part 1. In part 2, look at the pictures: how many of each class would you need yourself?',
        'In part 3, note who is highest with the fewest pictures of each class, with ±. In part 4, follow each line to the right. Do any two lines cross?',
        'Decide which method you would take with 5 pictures of each class, and say how sure you are.',
        'If there is a camera: take 10 pictures of each of two things in Train, and see who is right.',
      ],
      questions: [
        { ask: 'What does it mean that a model learns pictures by heart?', answer: 'It gets the training pictures right by what is special to them, and new pictures wrong. Training accuracy goes up, test accuracy does not.' },
        { ask: 'Why do the test pictures stay the same when the training pictures get fewer?', answer: 'Otherwise two things change at once, and nobody knows which of them made the difference.' },
        { ask: 'Which intervals of the table are long, and what can make them so?', answer: 'Each seed draws other pictures and starts elsewhere. With few pictures it matters more which ones they are; with few seeds an interval is itself uncertain.' },
        { ask: 'The linear probe changes nothing inside the model. When is that an advantage?', answer: 'With very little data: there is less that can be learned by heart.' },
      ],
    },
    landscape: {
      goal: 'Students can read a map of the loss, and say what a plane through three models shows and what it hides.',
      needs: ['The idea of a loss that training makes small.'],
      sketch: { title: 'What do you expect?', up: 'loss of the mix', along: 'from LoRA alone to full fine-tuning alone' },
      mark: { title: 'What did you find?', what: 'Mark the lowest place, the shadow of the pretrained model, and any ridge between two models.' },
      steps: [
        'Sketch what you expect of the loss on the way from one trained model to another. Only then open the link and answer part 1.',
        'In part 2, say whether the curves show which of the three runs ends lowest, and why they may not.',
        'In part 3, find the three models on the map, and the lowest place that you can see.',
        'Read part 4: how far is the pretrained model from the plane? In part 5, note how far each run was off it on its way.',
        'In part 6, walk from one model to the next. Is there a ridge on the way?',
        'Compare with the paper in part 7.',
      ],
      questions: [
        { ask: 'What is a point of the map?', answer: 'A model: the pretrained weights plus a mix of what the three learned, with shares that add up to one.' },
        { ask: 'Why can’t you read the loss of the pretrained model under its mark?', answer: 'It lies off the plane. The mark is its shadow, and the map shows the loss of the ground below.' },
        { ask: 'Two models are joined by a line without a ridge. What does that tell you?', answer: 'That every mix of the two on the line is about as good: they lie in one valley, along this line.' },
        { ask: 'A plane has 2 directions, the model about 800,000. What may be hidden?', answer: 'Nearly everything: there may be ways around a ridge, or steep walls beside the plane.' },
      ],
    },
    memory: {
      goal: 'Students know what takes memory in training, and which of it a method, the batch or recomputation changes.',
      needs: ['The idea of gradients; nothing is trained in this lesson.'],
      steps: [
        'Open the link, and answer the question of part 1. In part 2, compare the grey parts of the bars, then the coloured ones. Which method has no frozen weights, and why?',
        'In part 3, halve the batch twice. Note the total of one method each time.',
        'In part 4, compute the activations again instead of keeping them, and note the total.',
        'Say what you would change first if training did not fit.',
      ],
      questions: [
        { ask: 'Adam keeps two numbers for each trainable parameter. How many bytes is that for 1 million of them?', answer: '2 × 4 bytes × 1,000,000 = 8 MB, and 4 MB more for the gradients.' },
        { ask: 'Why does halving the batch not halve the total?', answer: 'Weights, gradients and Adam’s moments do not depend on the batch; activations do.' },
        { ask: 'LoRA trains few parameters. Why does it not save most of the memory here?', answer: 'The activations are needed all the same, since gradients pass through the frozen layers; for a small model they are most of the total.' },
        { ask: 'What does computing again cost?', answer: 'Time: the forward pass of each block is run once more, which is about a third more work in a step of full fine-tuning.' },
      ],
    },
    step: {
      goal: 'Students can say what is computed forward and backward in a layer with an adapter, and follow one token’s numbers to the kernel that made them.',
      needs: ['Matrix products; the idea of a derivative.'],
      steps: [
        'Open the link, and answer the question of part 1. In part 2, add up the multiply-adds forward and backward. Which is more?',
        'In part 3, note the lengths of the gradients of A and B at step 1, then at step 2.',
        'In part 4, find a token with a large update’s part at step 10, and say where in the picture it is.',
        'In part 5, count the invocations of the layer’s product.',
      ],
      questions: [
        { ask: 'B is zero at the start. Why is the gradient of A zero then, and that of B not?', answer: 'The gradient of A passes through B: s (g B)ᵀ x. That of B is s gᵀ (x Aᵀ), and A is random from the start.' },
        { ask: 'What would happen if both A and B began at zero?', answer: 'Both gradients would be zero, and neither would ever change.' },
        { ask: 'The frozen weight has no gradient. Why does the backward pass read it all the same?', answer: 'The gradient goes on through it to what comes before: g W.' },
        { ask: 'Why do query, key and value share their dispatches?', answer: 'They have one size and one input, so one kernel computes all three at once: fewer dispatches, and the input is read once.' },
      ],
    },
  } satisfies Record<LessonName, TeacherWords>,
};
