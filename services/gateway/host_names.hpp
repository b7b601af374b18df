#pragma once

// HostNames: under which names a gateway on loopback answers. A page of a stranger may have its own name resolve to
// 127.0.0.1 and so have a browser read what only this machine should (DNS rebinding); but it cannot have the browser
// say another name than its own. Immutable; any thread may call.

#include <string>
#include <vector>

namespace robin::gateway {

class HostNames {
 public:
  /// `listen_address` is HOST:PORT; `names` are the operator's, separated by spaces. A gateway that listens beyond
  /// loopback answers to any name unless `names` has some. Throws runtime::Config::Refused if one is no name.
  HostNames(const std::string& listen_address, const std::string& names);

  /// Whether a request with this header Host (NAME or NAME:PORT) is meant for us. Numeric addresses and an empty header
  /// always are: no name was faked to deceive a browser.
  [[nodiscard]] bool have(const std::string& host) const;

 private:
  bool any_;
  std::vector<std::string> names_ = {"localhost"};
};

}  // namespace robin::gateway
