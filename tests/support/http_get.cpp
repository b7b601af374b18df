#include "support/http_get.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace robin::testing_support {

HttpAnswer http_get(const std::string& url) { return http_request("GET", url); }

HttpAnswer http_request(const std::string& method, const std::string& url, const std::vector<std::string>& headers,
                        const std::string& body) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), &curl_easy_cleanup);
  HttpAnswer answer{0, {}, {}};
  const auto append = +[](char* data, std::size_t size, std::size_t count, void* text) {
    static_cast<std::string*>(text)->append(data, size * count);
    return size * count;
  };
  const auto keep = +[](char* data, std::size_t size, std::size_t count, void* all) {
    const std::string line(data, size * count);
    if (const std::size_t colon = line.find(": "); colon != std::string::npos) {
      std::string name = line.substr(0, colon);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      (*static_cast<std::map<std::string, std::string>*>(all))[name] =
          line.substr(colon + 2, line.find_last_not_of("\r\n") - colon - 1);
    }
    return size * count;
  };
  curl_slist* list = nullptr;
  for (const std::string& header : headers) {
    list = curl_slist_append(list, header.c_str());
  }
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> owned(list, &curl_slist_free_all);
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
  if (method != "GET") {
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body.c_str());
  }
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, static_cast<void*>(&answer.body));
  curl_easy_setopt(handle.get(), CURLOPT_HEADERFUNCTION, keep);
  curl_easy_setopt(handle.get(), CURLOPT_HEADERDATA, static_cast<void*>(&answer.headers));
  if (curl_easy_perform(handle.get()) == CURLE_OK) {
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  }
  return answer;
}

}  // namespace robin::testing_support
