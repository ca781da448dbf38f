import java.util.Arrays;

/**
 * The grpc-java peer: {@code Peer serve [CERT KEY]} serves grpc.testing.TestService on a free port and prints
 * {@code {"port":N}}; {@code Peer call ADDRESS [CA]} makes each call and prints {@code {"case":NAME}} for it, with an
 * {@code error} where it failed.
 */
public final class Peer {
  public static void main(String[] args) throws Exception {
    if (args.length >= 1 && args[0].equals("serve")) {
      Serve.run(Arrays.copyOfRange(args, 1, args.length));
    } else if (args.length >= 2 && args[0].equals("call")) {
      Call.run(args[1], Arrays.copyOfRange(args, 2, args.length));
    } else {
      System.err.println("usage: Peer serve [CERT KEY] | Peer call ADDRESS [CA]");
      System.exit(2);
    }
  }
}
