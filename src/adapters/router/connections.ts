import { Agent } from 'node:http';
import type { ClientRequestArgs } from 'node:http';
import { connect } from 'node:net';
import type { Socket, TcpNetConnectOpts } from 'node:net';

/**
 * Hands out a connection only when it stands. A request whose connection was refused has then sent nothing, not even
 * the beginning of its body, and can go to another backend.
 */
class ConnectedAgent extends Agent {
  override createConnection(
    options: ClientRequestArgs,
    ready?: (error: Error | null, socket: Socket) => void,
  ): undefined {
    const socket = connect(options as unknown as TcpNetConnectOpts);
    const connected = () => {
      socket.off('error', failed);
      ready?.(null, socket);
    };
    const failed = (error: Error) => {
      socket.off('connect', connected);
      ready?.(error, socket);
    };
    socket.once('connect', connected);
    socket.once('error', failed);
    return undefined;
  }
}

/**
 * Connections to backends. A kept connection may be closed by the backend in the very moment it is used again. That is
 * harmless for a request that can be sent twice; every other one gets a connection of its own.
 */
export function createConnections() {
  const kept = new ConnectedAgent({ keepAlive: true, maxFreeSockets: 64, scheduling: 'lifo' });
  const single = new ConnectedAgent({ keepAlive: false });
  return { agentFor: (repeatable: boolean): Agent => (repeatable ? kept : single) };
}
