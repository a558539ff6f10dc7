// The two scenarios of the document: a chat message, and a template.
import { decimal, type PaidWork } from "./billing/index.js";

const UNITS_PER_CHARACTER = decimal("0.1");
const UNITS_PER_TEMPLATE = { letter: decimal("2.0"), contract: decimal("12.5") };

/** The names of the templates that have a price. */
export type TemplateType = keyof typeof UNITS_PER_TEMPLATE;

/** The work itself, which has nothing to do with money. */
export interface Work {
  processChatMessage(userId: string, message: string): Promise<string>;
  processTemplateGeneration(userId: string, templateType: TemplateType): Promise<string>;
}

/** What users ask of this gateway. */
export class Gateway {
  constructor(
    private readonly paidWork: PaidWork,
    private readonly work: Work,
  ) {}

  /** Answer a chat message (document, "Сценарий 1: Отправка сообщения в чате"). Throws as PaidWork.sell does. */
  sendChatMessage(userId: string, message: string): Promise<string> {
    const characters = [...message].length; // `length` counts most emoji twice
    return this.paidWork.sell(() => this.work.processChatMessage(userId, message), {
      userId,
      units: UNITS_PER_CHARACTER.times(String(characters)),
      reason: "chat_message",
    });
  }

  /** Generate a template (document, "Сценарий 2: Генерация шаблона"). Throws as PaidWork.sell does. */
  generateTemplate(userId: string, templateType: TemplateType): Promise<string> {
    return this.paidWork.sell(() => this.work.processTemplateGeneration(userId, templateType), {
      userId,
      units: UNITS_PER_TEMPLATE[templateType],
      reason: "template_generation",
    });
  }
}
