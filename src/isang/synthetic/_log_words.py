"""What made application logs are written in: things that services deal with, and what they say of them.

`%s` is a thing; `{name}` is a slot of `_log_slots`. A message is its level, the kind of its class, and its text.
"""

from __future__ import annotations

Message = tuple[str, str, str]

SERVICES = {
    "order": ("order", "basket", "stock"),
    "payment": ("payment", "refund", "receipt"),
    "member": ("member", "login", "grade"),
    "catalog": ("product", "price", "picture"),
    "delivery": ("parcel", "route", "driver"),
    "coupon": ("coupon", "campaign", "point"),
    "message": ("mail", "push", "letter"),
    "search": ("query", "index", "synonym"),
}

FIRST: tuple[Message, ...] = (
    ("INFO", "Controller", "GET /api/v2/%s/{id} from {ip}, trace={trace}"),
    ("INFO", "Controller", "POST /api/v2/%s from {ip} with {n} bytes, trace={trace}"),
)
STEPS: tuple[Message, ...] = (
    ("DEBUG", "Filter", "token of {member} holds until {day}, trace={trace}"),
    ("INFO", "Service", "looking up %s {id}, trace={trace}"),
    ("DEBUG", "Repository", "select from tb_%s where id = {id}: {few} rows, trace={trace}"),
    ("INFO", "Client", "asked http://{host}:8080/%s/{id}, status {status}, trace={trace}"),
    ("INFO", "Validator", "%s {id} is valid, {few} rules checked, trace={trace}"),
    ("INFO", "Repository", "saved %s {id} as version {few}, trace={trace}"),
    ("INFO", "Publisher", "event %s-changed went to partition {few} at offset {n}, trace={trace}"),
    ("DEBUG", "Cache", "key %s:{hex} holds {n} bytes, trace={trace}"),
    ("INFO", "Service", "{amount} KRW booked on %s {id}, trace={trace}"),
    ("INFO", "Service", "%s {id} 처리 완료 ({few}건), trace={trace}"),
    ("INFO", "Service", "회원 {member} 님의 %s 요청을 접수했습니다, trace={trace}"),
    ("DEBUG", "Lock", "lock %s:{id} was given to {uuid}, trace={trace}"),
)
ANSWERED: Message = ("INFO", "Controller", "answered %s with 200 in {took} ms, trace={trace}")
REFUSED: Message = ("WARN", "Controller", "answered %s with 500 in {took} ms, trace={trace}")
FAILED: Message = ("ERROR", "Service", "%s {id} cannot be handled, trace={trace}")
RETRIED: Message = ("WARN", "Client", "no answer from {host} on %s, try {tries} of 5, trace={trace}")

BROKEN: tuple[Message, ...] = (
    ("ERROR", "Listener", "message {uuid} about %s was put aside"),
    ("ERROR", "Worker", "%s {n} 처리 중 오류가 발생했습니다"),
    ("ERROR", "Sender", "giving up on %s {n} for {host}"),
)
BEGINNINGS = (
    *("polled", "refreshed", "counted", "archived", "merged", "compacted", "expired", "synchronised", "flushed"),
    *("rebuilt", "exported", "imported", "queued", "checked", "compressed", "forwarded"),
)
ENDS = (
    *("{n} of it in {few} ms", "id={n} by {member}", "for {ip}:{port}", "<{uuid}> is now {status}", "key {hex}"),
    *("file={path}", "{path} ({n} bytes)", "partition={few} offset={n}", "span={hex} parent={hex}", "since {day}"),
    *("sum={amount}", "{few} active, {few} idle, {few} waiting", "from {host} to {host}", "group={word} lag={n}"),
    *("'{word}' became '{word}'", "and nothing was left to do", "url=https://{host}/{word}?page={few}"),
)
KOREAN: tuple[Message, ...] = (
    ("INFO", "Worker", "%s 배치 {n}건 중 {few}건을 건너뛰었습니다"),
    ("INFO", "Worker", "%s 목록을 {host}에서 다시 읽었습니다 ({n}건)"),
    ("WARN", "Worker", "%s 응답 지연: {n}ms (기준 500ms)"),
    ("INFO", "Sender", "{member} 님에게 %s 알림을 보냈습니다"),
    ("WARN", "Listener", "재고 부족: %s={n}, 요청={few}"),
)
LEVELS = ("INFO", "INFO", "INFO", "INFO", "DEBUG", "DEBUG", "WARN")

JOB: tuple[Message, ...] = (
    ("INFO", "Scheduler", "job %s-cleaning begins"),
    ("INFO", "Scheduler", "{n} old rows of tb_%s are deleted"),
    ("INFO", "Scheduler", "job %s-cleaning ended after {took} ms"),
)
START: tuple[Message, ...] = (
    ("INFO", "Application", "Starting %s-service with Java 21 on {host}"),
    ("INFO", "Application", 'The following 1 profile is active: "prod"'),
    ("INFO", "TomcatWebServer", "Tomcat initialized with port 8080 (http)"),
    ("INFO", "HikariDataSource", "%s-pool - Start completed."),
    ("INFO", "TomcatWebServer", "Tomcat started on port 8080 (http) with context path ''"),
    ("INFO", "Application", "Started %s-service in {took} ms"),
)

# What is thrown: by usual mishaps, and by nothing but the incident `new_exception`.
USUAL = (
    "java.net.SocketTimeoutException: Read timed out",
    "java.lang.NullPointerException",
    "java.sql.SQLTransientConnectionException: pool-1 - no connection within {n} ms",
    "org.springframework.dao.DuplicateKeyException: Duplicate entry '{n}' for key 'uk_{word}'",
    "java.lang.IllegalArgumentException: {word} must not be {n}",
    "java.util.concurrent.TimeoutException: no item within {n} ms in '{word}'",
    "org.apache.kafka.common.errors.DisconnectException: node {few}",
    "java.net.ConnectException: Connection refused: {host}/{ip}:{port}",
    "kr.example.shop.NotFoundException: {n} 을(를) 찾을 수 없습니다",
)
NEW = (
    "java.lang.OutOfMemoryError: Java heap space",
    "java.lang.StackOverflowError",
    "javax.net.ssl.SSLHandshakeException: {host} closed the handshake",
    "org.springframework.security.access.AccessDeniedException: {member} may not",
    "java.util.ConcurrentModificationException",
    "java.io.IOException: No space left on device",
    "com.fasterxml.jackson.core.JsonParseException: Unexpected character ('<' (code 60)) at column {few}",
    "java.lang.NoSuchMethodError: 'void kr.example.shop.{word}.apply(long)'",
)
PACKAGES = (
    *("org.springframework.web.servlet", "org.springframework.aop.framework", "org.apache.catalina.core"),
    *("java.base/java.util.concurrent", "jakarta.servlet.http", "com.zaxxer.hikari.pool", "io.netty.channel"),
)
CLASSES = ("Dispatcher", "Invocation", "Interceptor", "Chain", "Proxy", "Executor", "Channel", "Template")
METHODS = ("invoke", "proceed", "doFilter", "execute", "run", "call", "lambda$0", "intercept")
WORDS = (
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "heron",
    "iris",
    "jade",
    "kelp",
    "lotus",
    "maple",
)
