/** What other features show of feedback. */
export { useFeedback, type Feedback } from "./api";
export { FeedbackBar } from "./FeedbackBar";
