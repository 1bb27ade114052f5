/*
 * Asks a bridge as the engine does, with the engine's own libraries: libcurl for the requests, libwebsockets for the log.
 *
 *   engine_client http <port> <quiet seconds> <target>...   one POST after the other on one handle
 *   engine_client log <port> <host> <count>                 so many records
 *
 * For each request it prints "status <code> connections <new ones> bytes <of the body> longest <silence in ms>" and, on a
 * line of its own, the body without the white space before it; or "error <number> <text>". A record is a line as it came.
 */
#include <curl/curl.h>
#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct body {
    char *text;
    size_t length;
    double last;
    double longest;
};

static double now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static size_t take(char *data, size_t size, size_t count, void *target)
{
    struct body *body = target;
    size_t length = size * count;
    double now = now_ms();
    if (now - body->last > body->longest) {
        body->longest = now - body->last;
    }
    body->last = now;
    body->text = realloc(body->text, body->length + length + 1);
    memcpy(body->text + body->length, data, length);
    body->length += length;
    body->text[body->length] = 0;
    return length;
}

static int ask(int port, long quiet_seconds, int count, char **targets)
{
    CURL *handle = curl_easy_init();
    struct curl_slist *headers = NULL;
    int failures = 0;
    headers = curl_slist_append(headers, "Content-Length: 0");
    headers = curl_slist_append(headers, "Expect:");
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, "");
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, 0L);
    curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "deflate, gzip");
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "SampleGame/++UE5+Release-5.1-CL-23901901 Linux");
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(handle, CURLOPT_VERBOSE, getenv("ENGINE_CLIENT_VERBOSE") ? 1L : 0L);
    if (quiet_seconds > 0) {
        curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, quiet_seconds);
        curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    }
    for (int i = 0; i < count; i++) {
        struct body body = {calloc(1, 1), 0, now_ms(), 0};
        size_t length = strlen(targets[i]) + 64;
        char *url = malloc(length);
        CURLcode result;
        snprintf(url, length, "http://localhost:%d%s", port, targets[i]);
        curl_easy_setopt(handle, CURLOPT_URL, url);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
        result = curl_easy_perform(handle);
        if (result == CURLE_OK) {
            long status = 0, connections = 0;
            curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
            curl_easy_getinfo(handle, CURLINFO_NUM_CONNECTS, &connections);
            printf("status %ld connections %ld bytes %zu longest %.0f\n%s\n", status, connections, body.length,
                   body.longest, body.text + strspn(body.text, " "));
        } else {
            printf("error %d %s\n", result, curl_easy_strerror(result));
            failures++;
        }
        fflush(stdout);
        free(body.text);
        free(url);
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(handle);
    return failures > 0;
}

static int records_left;
static int connection_failed;

static int on_log(struct lws *socket, enum lws_callback_reasons reason, void *user, void *in, size_t length)
{
    (void)user;
    switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        printf("open\n");
        break;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        fwrite(in, 1, length, stdout);
        if (lws_is_final_fragment(socket) && lws_remaining_packet_payload(socket) == 0) {
            printf("\n");
            records_left--;
        }
        break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        printf("error %.*s\n", (int)length, in ? (const char *)in : "");
        connection_failed = 1;
        break;
    case LWS_CALLBACK_CLIENT_CLOSED:
        printf("closed\n");
        connection_failed = 1;
        break;
    default:
        break;
    }
    fflush(stdout);
    return 0;
}

static int follow(int port, const char *host, int count)
{
    static const struct lws_protocols protocols[] = {{"log", on_log, 0, 64 * 1024, 0, NULL, 0}, {NULL, NULL, 0, 0, 0, NULL, 0}};
    struct lws_context_creation_info creation;
    struct lws_client_connect_info info;
    struct lws_context *context;
    lws_set_log_level(0, NULL);
    memset(&creation, 0, sizeof creation);
    creation.port = CONTEXT_PORT_NO_LISTEN;
    creation.protocols = protocols;
    creation.gid = creation.uid = -1;
    context = lws_create_context(&creation);
    if (!context) {
        return 2;
    }
    memset(&info, 0, sizeof info);
    info.context = context;
    info.address = "localhost";
    info.port = port;
    info.path = "//";
    info.host = host;
    info.origin = "localhost";
    info.local_protocol_name = "log";
    info.ietf_version_or_minus_one = -1;
    records_left = count;
    if (!lws_client_connect_via_info(&info)) {
        connection_failed = 1;
    }
    while (records_left > 0 && !connection_failed && lws_service(context, 0) >= 0) {
    }
    /* the engine goes without a close frame */
    _Exit(connection_failed);
}

int main(int count, char **values)
{
    if (count > 4 && strcmp(values[1], "http") == 0) {
        return ask(atoi(values[2]), atol(values[3]), count - 4, values + 4);
    }
    if (count == 5 && strcmp(values[1], "log") == 0) {
        return follow(atoi(values[2]), values[3], atoi(values[4]));
    }
    return 64;
}
