#pragma once

// Api: everything that can be asked of a cluster and ordered of it, by request and answer: the gateway serves it by
// HTTP, the command line calls it in its own process, so both show the same. routes.hpp lists it. Reading changes
// nothing; only POST does. One object may be used from several threads, as the store may.

#include "api/documents.hpp"
#include "api/http_message.hpp"
#include "flow/ports/store.hpp"

namespace robin::api {

class Api {
 public:
  /// Both outlive this object.
  Api(flow::ClusterStore& store, const search::Strategies& strategies, Surroundings surroundings)
      : store_(store), cluster_(&store), strategies_(strategies), surroundings_(std::move(surroundings)) {}
  /// Over the ledger of one process: questions about a cluster are answered with 404.
  Api(flow::Store& store, const search::Strategies& strategies, Surroundings surroundings)
      : store_(store), strategies_(strategies), surroundings_(std::move(surroundings)) {}

  /// Answers a request. What is wrong with the request is an answer with its status, no exception. Throws
  /// runtime::Error of the store.
  [[nodiscard]] Response handle(const Request& request) const;

 private:
  [[nodiscard]] Response answer(const Request& request) const;

  flow::Store& store_;
  flow::ClusterStore* cluster_ = nullptr;
  const search::Strategies& strategies_;
  Surroundings surroundings_;
};

}  // namespace robin::api
