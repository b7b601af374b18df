\\ A second checker of robin's certificates, in PARI/GP (2.13 or later). It needs a certificate and this page; CERTIFICATE.md beside it says
\\ what each key of the file claims. All blocks are checked against each other and against the totals; the blocks that are given are walked
\\ prime by prime, a million primes in about 15 s. A line for each; what is wrong is named with its block, and the exit status is then 4.
\\
\\   echo 'check("c.json")' | gp -q -f -s 1G check_certificate.gp     walks the first block, the last, and one drawn by chance
\\         check("c.json", [1, 7])                                    these; or "all"
\\         check("c.json", [7], [1, 64])                              of block 7 the first and the last slice alone
\\
\\ Reals have 57 digits, logarithms of L 38. L < 2^63, and a slice has at most 2^31 primes, so all roundings together stay far below the
\\ slack that is given where a real meets a claim: claims are in units of 2^-64 (L) or 2^-96 (S and margins).
default(recover, 0); default(realprecision, 57); slack = 2.^-100; here = "the file";
wrong(what) = { print(here, ": ", what); quit(4) };

\\ Reading: compact JSON on one line, without a backslash. No text of it is evaluated.
at_key(text, key) = strsplit(text, Str("\"", key, "\":"));
has(text, key) = #at_key(text, key) > 1;
value(text, key) = { my(v = at_key(text, key)); if(#v != 2, wrong(Str(key, ": missing, or there twice")));
  v = strsplit(v[2], "\""); if(v[1] == "", v[2], strsplit(strsplit(v[1], ",")[1], "}")[1]) };
whole(w) = { my(c = Vec(Vecsmall(w)), minus = #c && c[1] == 45); if(minus, c = c[^1]);
  if(!#c || vecmin(c) < 48 || vecmax(c) > 57, wrong(Str("'", w, "': no whole number"))); (-1)^minus * fromdigits([d - 48 | d <- c]) };
wholes(text) = apply(whole, strsplit(text, " "));
decimal(w) = { my(v = strsplit(w, ".")); whole(concat(v)) / 10^if(#v > 1, #v[2]) };
block(t, i) = { my(a = value(t, "begin"), b = value(t, "end")); here = Str("block ", i, " [", a, ", ", b, ")");
  [whole(a), whole(b), whole(value(t, "candidates")), wholes(value(t, "primes")), wholes(value(t, "sums")),
    apply(wholes, strsplit(value(t, "slices"), "; ")), if(robin, [w | w <- strsplit(value(t, "higher_steps"), " "), #w], []), t, here] };
load(file) = { my(text = readstr(file), v = strsplit(concat(text), ",\"blocks\":[{"), format = value(v[1], "format"), b);
  if(#text != 1 || #v != 2 || #strsplit(text[1], "\\") > 1, wrong("no certificate with blocks, on one line"));
  robin = format == "robin certificate 1"; if(!robin && format != "robin primorial certificate 1", wrong("format: unknown"));
  \\ Something is claimed of numbers from `first` on, whose last step is `after`; of [L, L, S, S], the ends iL and iS are the unsafe ones.
  [first, after, iL, iS, sgn] = if(robin, [5041, 11, 1, 4, 1], [3, 3, 2, 3, -1]);
  log_first = log(first - 1/2); b = strsplit(v[2], "},{"); [v[1], vector(#b, i, block(b[i], i))] };

\\ gamma + log log L - S (Robin) or S - gamma - log log L (Nicolas): it has to be positive.
margin(L, S) = sgn * (Euler + log(log(bitprecision(L, 128))) - S);
\\ q^k divides the colossally abundant number of eps if eps <= F(q, k). The step (q, k) adds log q to L and growth(q, k) to S.
growth(q, k) = log(1 + 1. / ((q^(k + 1) - q) / (q - 1)));
F(q, k) = growth(q, k) / log(q);
\\ Steps with k >= 2 that lie in [a, b), in order: F(a, 1) >= F(q, k) > F(b, 1).
higher(a, b) = { my(v = List(), k = 2, q0, r, m); while(F(2, k) > F(b, 1), q0 = 2; r = 2 * sqrtint(a) + 3;
    while(q0 < r, m = (q0 + r) \ 2; if(F(m, k) <= F(a, 1), r = m, q0 = m + 1));
    forprime(q = q0, oo, if(F(q, k) <= F(b, 1), break); listput(~v, [F(q, k), log(q), growth(q, k), Str(q, "^", k)])); k++);
  vecsort(Vec(v), (x, y) -> sign(y[1] - x[1])) };

\\ What block b says its margin is at least, then each of its slices, if t = [L, L, S, S] where it begins; oo: it says nothing.
claims(b, t) = { my([A, B, candidates, primes, sums, slices, steps, text] = b, r = sqrtint(A), L = t[iL] * 2.^-64, S = t[iS] * 2.^-96,
    l = [0, 0, 0, 0], ends, w, c, D);
  if(has(text, "origin"), if(wholes(value(text, "origin")) != t, wrong("origin: not what the blocks before add up to"));
    if(!has(text, "margin") && (!candidates || B <= after), return(vector(#slices + 1, i, oo)));
    w = wholes(value(text, "margin")); if(w[2] < A || w[2] >= B, wrong("margin: lies outside"));
    return(vector(#slices + 1, i, w[1] * 2.^-96)));
  if(A < 2^20 || t[1] < (A - if(robin, r, 2 * sqrtint(A - 1) + 2)) * 2^64 || (robin && t[2] > (A + 2 * r) * 2^64),
    wrong("begin: L is not where the bounds suppose it"));
  w = wholes(value(text, "slice_bounds")) * 2.^-96; if(#w != #slices, wrong("slice_bounds: not one for each slice"));
  c = vector(#w, i, ends = [l[1], (l += slices[i][4..7])[iL]] * 2.^-64; w[i] + vecmin([margin(L + x, S) - margin(A + x, 0) | x <- ends]));
  if(!robin, return(concat(vecmin(c), c)));
  w = wholes(value(text, "minimum_at")); if(vecmin(w) < A || vecmax(w) >= B, wrong("minimum_at: lies outside"));
  w = wholes(value(text, "bound")) * 2.^-96; D = w[2] + if(L < A, w[2] - w[1], w[3] - w[2]) * (L - A) / r;
  concat(if(L < A + r, D - S, max(w[3] - S, vecmin(c))), c) };

\\ All blocks against each other and against the totals; returns [t, claims] of each.
chain(head, blocks) = { my(at = 2, n = [0, 0], t = [0, 0, 0, 0], least = oo, all = List(), c, x, total = key -> decimal(value(head, key)));
  foreach(blocks, b, my([A, B, candidates, primes, sums, slices, steps, text, name] = b); here = name;
    if(A != at, wrong(Str("begin: the blocks before end at ", at)));
    x = concat(A, [s[1] | s <- slices]); if(vecsort(x, , 8) != x || x[#x] != B, wrong("slices: do not tile the block"));
    if(vecsum([s[2..7] | s <- slices]) != concat(primes, sums), wrong("slices: do not add up to primes and sums"));
    if(candidates != primes[1] + #steps, wrong("candidates: not primes and higher steps"));
    c = claims(b, t); if(c[1] <= 0, wrong("bound or margin: claims nothing")); least = min(least, c[1]);
    listput(~all, [t, c]); at = B; n += primes; t += sums);
  here = "certificate"; if(value(head, "holds") != "true" || least == oo, wrong("holds: it does not"));
  if(apply(total, ["largest_position", "blocks", "prime_count", "prime_sum"]) != concat([at, #blocks], n),
    wrong("largest_position, blocks, prime_count or prime_sum: not that of the blocks"));
  x = [total("log_n_lo"), t[1] / 2^64, t[2] / 2^64, total("log_n_hi")]; \\ 24 digits, rounded outward
  if(vecsort(x) != x || x[2] - x[1] + x[4] - x[3] > x[1] / 10^22, wrong("log_n_lo, log_n_hi: not those of the blocks"));
  x = log(x[2] / log(10)) / log(10); \\ log10 log10 N, cut after 12 digits
  if(x > 0 && abs(x - total("log10_log10_n")) > 1e-10, wrong("log10_log10_n: not that of the blocks"));
  if(total("min_log_margin") > least, wrong("min_log_margin: more than the blocks claim")); Vec(all) };

positive(x) = { if(abs(x) < 2.^-180, wrong("two steps are too close for 57 digits")); x > 0 };
\\ The next number: what was added grows, and the margin is compared with the least one so far.
step(log_q, g) = { l += log_q; s += g;
  if(L + l > log_first, my(m = margin(L + l, S + s)); if(m < least, least = m; place = [l, s])) };
\\ All steps in [a, b), h the higher ones, from L0, S0 on: count and sum of primes, what is added, the least margin, what was added there.
walk(a, b, L0, S0, h) = { my(i = 1, n = 0, sum = 0, log_p, g); local(L = L0, S = S0, l = 0., s = 0., least = oo, place = 0);
  forprime(p = a, b - 1, log_p = log(p); g = log(1 + 1. / if(robin, p, p - 1));
    while(i <= #h && positive(h[i][1] * log_p - g), step(h[i][2], h[i][3]); i++); \\ F(q, k) > F(p, 1)
    step(log_p, g); n++; sum += p);
  while(i <= #h, step(h[i][2], h[i][3]); i++); [n, sum, l, s, least, place] };
walk_block(b, t, c, which) = { my([A, B, candidates, primes, sums, slices, steps, text, name] = b, h = if(robin, higher(A, B), []), a = A,
    in = [0, 0, 0, 0], count = 0, lowest = oo, x, D, Fa, Fe, inside = (y, lo, hi) -> lo - slack <= y && y <= hi + slack);
  if([x[4] | x <- h] != steps, wrong("higher_steps: others"));
  if(robin && A == 2, for(n = first, 55439, if(sigma(n) >= exp(Euler) * n * log(log(n)), wrong(Str(n, " violates the inequality")))));
  for(i = 1, #slices, my([e, n, sum, l0, l1, s0, s1] = slices[i]); if(!which || setsearch(Set(which), i), here = Str(name, " slice ", i);
      Fa = F(a, 1); Fe = F(e, 1); x = walk(a, e, (t + in)[iL] * 2.^-64, (t + in)[iS] * 2.^-96, [y | y <- h, Fa >= y[1] && y[1] > Fe]);
      if(x[1..2] != [n, sum], wrong(Str("slices: there are ", x[1], " primes with sum ", x[2])));
      if(!inside(x[3], l0 * 2.^-64, l1 * 2.^-64) || !inside(x[4], s0 * 2.^-96, s1 * 2.^-96),
        wrong("slices: something else is added to L or S"));
      if(x[5] <= slack, wrong("margin: a number has none"));
      if(c[1] < oo && x[5] < max(c[1], c[i + 1]) - slack, wrong("bound, slice_bounds or margin: claims too much"));
      if(has(text, "bound") && #x[6], D = wholes(value(text, "bound")) * 2.^-96; for(k = 1, 3, \\ as if L were A - r, A, A + r and S were 0
        if(margin(A + (k - 2) * sqrtint(A) + in[1] * 2.^-64 + x[6][1], in[4] * 2.^-96 + x[6][2]) < D[k] - slack,
          wrong("bound: claims too much"))));
      count += x[1]; lowest = min(lowest, x[5])); in += [l0, l1, s0, s1]; a = e);
  print(name, ": agrees; ", count, " primes", if(lowest < oo, strprintf("; least margin %.6g, claimed %.6g", lowest, c[1]), "")) };

check(file, which = 0, parts = 0) = { iferr(setrand(getwalltime()); my([head, blocks] = load(file), all = chain(head, blocks), n = #blocks);
  which = if(which == "all", [1..n], which, which, Set([1, n, random(n) + 1]));
  foreach(which, i, here = blocks[i][9]; walk_block(blocks[i], all[i][1], all[i][2], parts));
  print(file, ": ", n, " blocks fit, ", #which, " were walked"), E, wrong(E)) };
