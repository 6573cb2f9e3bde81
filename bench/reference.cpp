// The same two programs in C++, written for the machine: what is left of it when nothing stands between. Compiled twice,
// for vectors of 128 bits, as WebAssembly has them, and for the widest that the machine has.
//
//   reference course FOLDER float32|float64 NUM_ITEMS NUM_USERS FEATURES ITERATIONS REPEATS
//   reference fit FOLDER NUM_ITEMS NUM_USERS FEATURES EPOCHS LEARNING_RATE LAMBDA THREADS REPEATS LOW HIGH
//
// Prints one line of JSON: seconds, threads, peakMB, and losses or rmse.
#include <sys/resource.h>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#if defined(__AVX512F__)
constexpr int vectorBytes = 64;
#elif defined(__AVX2__)
constexpr int vectorBytes = 32;
#else
constexpr int vectorBytes = 16;
#endif

template <class T>
struct Lanes {
  typedef T V __attribute__((vector_size(vectorBytes)));
  static constexpr int count = vectorBytes / sizeof(T);
};

/** Numbers that begin where a cache line does. */
template <class T>
struct Block {
  size_t length;
  std::unique_ptr<T, decltype(&std::free)> at;

  explicit Block(size_t n)
      : length(n), at(static_cast<T *>(std::aligned_alloc(64, (n * sizeof(T) + 63) / 64 * 64)), &std::free) {
    std::memset(static_cast<void *>(at.get()), 0, (n * sizeof(T) + 63) / 64 * 64);
  }
  T *row(size_t k, int width) const { return at.get() + k * width; }
};

template <class T>
std::vector<T> read(const std::string &file) {
  FILE *input = std::fopen(file.c_str(), "rb");
  if (!input) {
    std::fprintf(stderr, "%s cannot be read\n", file.c_str());
    std::exit(1);
  }
  std::fseek(input, 0, SEEK_END);
  std::vector<T> values(std::ftell(input) / sizeof(T));
  std::rewind(input);
  if (std::fread(values.data(), sizeof(T), values.size(), input) != values.size()) std::exit(1);
  std::fclose(input);
  return values;
}

template <class T>
int padded(int features) {
  constexpr int lanes = Lanes<T>::count;
  return (features + lanes - 1) / lanes * lanes;
}

template <class V, size_t... k>
inline auto folded(V v, std::index_sequence<k...>) {
  return __builtin_shufflevector(v, v, k...) + __builtin_shufflevector(v, v, (k + sizeof...(k))...);
}

/** The sum of a vector's lanes, by halves: one after the other they would wait for each other. */
template <class T, int count, class V>
inline T laneSum(V v) {
  if constexpr (count == 2) return v[0] + v[1];
  else return laneSum<T, count / 2>(folded(v, std::make_index_sequence<count / 2>()));
}

template <class T>
inline T dot(const T *a, const T *b, int width) {
  using V = typename Lanes<T>::V;
  constexpr int lanes = Lanes<T>::count;
  V sums[4] = {}; // four, because each addition has to wait for the one before it in its own sum
  const V *va = reinterpret_cast<const V *>(a), *vb = reinterpret_cast<const V *>(b);
  const int count = width / lanes;
  int k = 0;
  for (; k + 4 <= count; k += 4)
    for (int part = 0; part < 4; part++) sums[part] += va[k + part] * vb[k + part];
  for (; k < count; k++) sums[0] += va[k] * vb[k];
  const V all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  return laneSum<T, lanes>(all);
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/** The most memory held, in MB; not by getrusage, whose number begins with what the starting process held. */
double peakMB() {
  if (FILE *status = std::fopen("/proc/self/status", "r")) {
    char line[256];
    long kB = 0;
    while (std::fgets(line, sizeof line, status))
      if (std::sscanf(line, "VmHWM: %ld", &kB) == 1) break;
    std::fclose(status);
    return kB / 1024.0;
  }
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1048576.0; // in bytes, where there is no /proc
}

void print(const char *name, const std::vector<double> &values) {
  std::printf("\"%s\": [", name);
  for (size_t k = 0; k < values.size(); k++) std::printf("%s%.10g", k ? ", " : "", values[k]);
  std::printf("], ");
}

/** Adam on one block of parameters; the penalty's part of the gradient is added on the way. Returns Σ parameter². */
template <class T>
double adam(T *p, T *gradient, T *m, T *v, size_t length, T lambda, int step) {
  using V = typename Lanes<T>::V;
  constexpr int lanes = Lanes<T>::count;
  const T beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7;
  const T rate = 0.1 * std::sqrt(1 - std::pow(0.999, step)) / (1 - std::pow(0.9, step));
  V squares = {};
  double sum = 0;
  const auto collect = [&] {
    for (int lane = 0; lane < lanes; lane++) sum += squares[lane];
    squares = V{};
  };
  for (size_t k = 0; k < length; k += lanes) {
    V &P = *reinterpret_cast<V *>(p + k), &M = *reinterpret_cast<V *>(m + k), &S = *reinterpret_cast<V *>(v + k);
    V &slope = *reinterpret_cast<V *>(gradient + k);
    squares += P * P;
    const V g = slope + lambda * P;
    slope = V{};
    M += (1 - beta1) * (g - M);
    S += (1 - beta2) * (g * g - S);
    V root;
    for (int lane = 0; lane < lanes; lane++) root[lane] = std::sqrt(S[lane]);
    P -= rate * M / (root + epsilon);
    if (k % 1024 == 0) collect(); // before a sum of so many loses digits
  }
  collect();
  return sum;
}

template <class T>
void course(const std::string &folder, int numItems, int numUsers, int features, int iterations, int repeats) {
  const auto items = read<int32_t>(folder + "/train-items.i32"), users = read<int32_t>(folder + "/train-users.i32");
  const auto values = read<double>(folder + "/train-values.f64");
  const auto X0 = read<double>(folder + "/X.f64"), W0 = read<double>(folder + "/W.f64"), b0 = read<double>(folder + "/b.f64");
  const int width = padded<T>(features), wide = padded<T>(numUsers);
  const T lambda = 1;
  std::vector<double> seconds, losses;
  for (int repeat = 0; repeat < repeats; repeat++) {
    const double started = now();
    std::vector<size_t> order(items.size());
    for (size_t k = 0; k < order.size(); k++) order[k] = k;
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return users[a] < users[b]; });
    const size_t lengths[] = {size_t(numItems) * width, size_t(numUsers) * width, size_t(wide)};
    std::vector<Block<T>> parameter, gradient, m, v;
    for (const size_t length : lengths)
      for (auto *blocks : {&parameter, &gradient, &m, &v}) blocks->emplace_back(length);
    for (int i = 0; i < numItems; i++)
      for (int f = 0; f < features; f++) parameter[0].row(i, width)[f] = X0[size_t(i) * features + f];
    for (int j = 0; j < numUsers; j++)
      for (int f = 0; f < features; f++) parameter[1].row(j, width)[f] = W0[size_t(j) * features + f];
    for (int j = 0; j < numUsers; j++) parameter[2].at.get()[j] = b0[j];
    using V = typename Lanes<T>::V;
    losses.clear();
    for (int iteration = 0; iteration < iterations; iteration++) {
      double squares = 0;
      for (const size_t k : order) {
        const int i = items[k], j = users[k];
        const T *x = parameter[0].row(i, width), *w = parameter[1].row(j, width);
        const T error = dot(x, w, width) + parameter[2].at.get()[j] - T(values[k]);
        squares += double(error) * error;
        V *gx = reinterpret_cast<V *>(gradient[0].row(i, width)), *gw = reinterpret_cast<V *>(gradient[1].row(j, width));
        const V *vx = reinterpret_cast<const V *>(x), *vw = reinterpret_cast<const V *>(w);
        for (int f = 0; f < width / Lanes<T>::count; f++) {
          gx[f] += error * vw[f];
          gw[f] += error * vx[f];
        }
        gradient[2].at.get()[j] += error;
      }
      double norms = 0;
      for (int p = 0; p < 3; p++) {
        const double sum = adam<T>(parameter[p].at.get(), gradient[p].at.get(), m[p].at.get(), v[p].at.get(), lengths[p],
                                   p < 2 ? lambda : 0, iteration + 1);
        if (p < 2) norms += sum;
      }
      if (iteration % 20 == 0) losses.push_back(squares / 2 + lambda * norms / 2);
    }
    seconds.push_back(now() - started);
  }
  std::printf("{");
  print("seconds", seconds);
  print("losses", losses);
  std::printf("\"threads\": 1, \"peakMB\": %.0f}\n", peakMB());
}

struct Rating {
  int32_t item, user;
  float value;
};

/**
 * SGD with biases. Users and items are cut into as many groups as there are threads, with as many ratings in each;
 * in each round of an epoch every thread has a block of its own, so that no row is ever shared.
 */
void fit(const std::string &folder, int numItems, int numUsers, int features, int epochs, float learningRate, float lambda,
         int threads, int repeats, float low, float high) {
  auto items = read<int32_t>(folder + "/train-items.i32"), users = read<int32_t>(folder + "/train-users.i32");
  auto values = read<float>(folder + "/train-values.f32");
  const int width = padded<float>(features);
  Block<float> X(0), W(0), bi(0), bu(0);
  double mean = 0;
  std::vector<double> seconds;
  for (int repeat = 0; repeat < repeats; repeat++) {
    const double started = now();
    X = Block<float>(size_t(numItems) * width);
    W = Block<float>(size_t(numUsers) * width);
    bi = Block<float>(numItems);
    bu = Block<float>(numUsers);
    std::mt19937 source(1);
    std::normal_distribution<float> normal(0, 0.01f);
    for (Block<float> *block : {&X, &W})
      for (size_t row = 0; row < block->length / width; row++)
        for (int f = 0; f < features; f++) block->row(row, width)[f] = normal(source);
    const auto groups = [&](const std::vector<int32_t> &of, int count) {
      std::vector<size_t> ratings(count);
      for (const int32_t k : of) ratings[k]++;
      std::vector<uint8_t> group(count);
      size_t before = 0;
      for (int k = 0; k < count; k++) {
        group[k] = std::min<size_t>(threads - 1, before * threads / of.size());
        before += ratings[k];
      }
      return group;
    };
    const auto groupOfItem = groups(items, numItems), groupOfUser = groups(users, numUsers);
    std::vector<std::vector<Rating>> blocks(threads * threads);
    std::vector<size_t> sizes(threads * threads);
    for (size_t k = 0; k < items.size(); k++) sizes[groupOfUser[users[k]] * threads + groupOfItem[items[k]]]++;
    for (size_t k = 0; k < sizes.size(); k++) blocks[k].reserve(sizes[k]);
    mean = 0;
    for (size_t k = 0; k < items.size(); k++) {
      blocks[groupOfUser[users[k]] * threads + groupOfItem[items[k]]].push_back({items[k], users[k], values[k]});
      mean += values[k];
    }
    mean /= items.size();
    std::barrier barrier(threads);
    const auto work = [&](int thread) {
      using V = Lanes<float>::V;
      for (int epoch = 0; epoch < epochs; epoch++)
        for (int round = 0; round < threads; round++) {
          for (const auto &[item, user, value] : blocks[thread * threads + (thread + round) % threads]) {
            float *x = X.row(item, width), *w = W.row(user, width);
            float &itemBias = bi.at.get()[item], &userBias = bu.at.get()[user];
            const float error = value - (float(mean) + itemBias + userBias + dot(x, w, width));
            const V step = V{} + learningRate * error, keep = V{} + (1 - learningRate * lambda);
            V *vx = reinterpret_cast<V *>(x), *vw = reinterpret_cast<V *>(w);
            for (int f = 0; f < width / Lanes<float>::count; f++) {
              const V was = vx[f];
              vx[f] = keep * was + step * vw[f];
              vw[f] = keep * vw[f] + step * was;
            }
            itemBias += learningRate * (error - lambda * itemBias);
            userBias += learningRate * (error - lambda * userBias);
          }
          barrier.arrive_and_wait();
        }
    };
    std::vector<std::thread> others;
    for (int thread = 1; thread < threads; thread++) others.emplace_back(work, thread);
    work(0);
    for (auto &other : others) other.join();
    seconds.push_back(now() - started);
  }
  items = read<int32_t>(folder + "/test-items.i32");
  users = read<int32_t>(folder + "/test-users.i32");
  values = read<float>(folder + "/test-values.f32");
  double squares = 0;
  for (size_t k = 0; k < items.size(); k++) {
    const float score = float(mean) + bi.at.get()[items[k]] + bu.at.get()[users[k]] +
                        dot(X.row(items[k], width), W.row(users[k], width), width);
    squares += std::pow(std::clamp(score, low, high) - values[k], 2);
  }
  std::printf("{");
  print("seconds", seconds);
  std::printf("\"rmse\": %.6f, \"threads\": %d, \"peakMB\": %.0f}\n", std::sqrt(squares / items.size()), threads, peakMB());
}

int main(int count, char **arguments) {
  const std::vector<std::string> a(arguments + 1, arguments + count);
  const auto whole = [&](int k) { return std::stoi(a[k]); };
  if (count == 9 && a[0] == "course" && a[2] == "float64") course<double>(a[1], whole(3), whole(4), whole(5), whole(6), whole(7));
  else if (count == 9 && a[0] == "course" && a[2] == "float32") course<float>(a[1], whole(3), whole(4), whole(5), whole(6), whole(7));
  else if (count == 13 && a[0] == "fit")
    fit(a[1], whole(2), whole(3), whole(4), whole(5), std::stof(a[6]), std::stof(a[7]), whole(8), whole(9), std::stof(a[10]), std::stof(a[11]));
  else return 2;
}
