"""The client code of the integration document as it stands, with the few functions that it takes for granted.

It shows what the document leaves unprotected; examples/gateway is the one to copy.
"""

import os
import uuid

import httpx

BILLING_SERVICE_URL = os.environ.get("BILLING_SERVICE_URL")
BILLING_SERVICE_TOKEN = os.environ.get("BILLING_SERVICE_TOKEN")


class BillingServiceError(Exception):
    pass


class InsufficientFundsError(BillingServiceError):
    pass


class DuplicateTransactionError(BillingServiceError):
    pass


async def check_user_balance(user_id: str, units: float) -> bool:
    async with httpx.AsyncClient() as client:
        response = await client.post(
            f"{BILLING_SERVICE_URL}/internal/billing/check",
            json={"user_id": user_id, "units": units},
            headers={"X-Internal-Key": BILLING_SERVICE_TOKEN},
        )

        if response.status_code == 200:
            data = response.json()
            return data["allowed"]
        else:
            raise Exception(f"Billing check failed: {response.text}")


async def debit_user_balance(user_id: str, units: float, ref: str, reason: str):
    async with httpx.AsyncClient() as client:
        response = await client.post(
            f"{BILLING_SERVICE_URL}/internal/billing/debit",
            json={"user_id": user_id, "units": units, "ref": ref, "reason": reason},
            headers={"X-Internal-Key": BILLING_SERVICE_TOKEN},
        )

        if response.status_code == 200:
            return response.json()
        elif response.status_code == 403:
            raise InsufficientFundsError("Недостаточно средств")
        elif response.status_code == 409:
            raise DuplicateTransactionError("Транзакция уже существует")
        else:
            raise Exception(f"Billing debit failed: {response.text}")


async def send_chat_message(user_id: str, message: str):
    # 1. Проверяем баланс
    units_needed = calculate_message_cost(message)
    has_funds = await check_user_balance(user_id, units_needed)

    if not has_funds:
        raise InsufficientFundsError("Недостаточно средств для отправки сообщения")

    # 2. Выполняем операцию
    try:
        result = await process_chat_message(user_id, message)

        # 3. Списываем средства
        ref = f"chat-{generate_request_id()}"
        await debit_user_balance(user_id, units_needed, ref, "chat_message")

        return result
    except Exception as e:
        # Если операция не удалась, средства не списываются
        raise e


async def generate_template(user_id: str, template_type: str):
    # 1. Проверяем баланс
    units_needed = get_template_cost(template_type)
    has_funds = await check_user_balance(user_id, units_needed)

    if not has_funds:
        raise InsufficientFundsError("Недостаточно средств для генерации шаблона")

    # 2. Выполняем операцию
    try:
        result = await process_template_generation(user_id, template_type)

        # 3. Списываем средства
        ref = f"template-{generate_request_id()}"
        await debit_user_balance(user_id, units_needed, ref, "template_generation")

        return result
    except Exception as e:
        # Если операция не удалась, средства не списываются
        raise e


# What the document takes for granted.


def calculate_message_cost(message: str) -> float:
    return 0.1 * len(message)


def get_template_cost(template_type: str) -> float:
    return {"letter": 2.0, "contract": 12.5}[template_type]


def generate_request_id() -> str:
    return uuid.uuid4().hex


async def process_chat_message(user_id: str, message: str) -> str:
    return f"reply to {message}"


async def process_template_generation(user_id: str, template_type: str) -> str:
    return f"a {template_type}"
